// A form-js form in a page: <div data-form> with its payload in the script element it names.
import { Form } from '@bpmn-io/form-js-viewer';
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import './styles/form.css';
import { renewToken, send, upload } from './api.js';
import { attachmentModule } from './attachment.js';
import { completeWords } from './form-words.js';
import { drafts } from './draft.js';
import { fromForm, fromServer, markFields, summaryOf } from './form-errors.js';
import { tellWanted } from './form-wanted.js';
import { lang, t, TranslateModule } from './language.js';

if (lang === 'zh') flatpickr.localize({ ...Mandarin, firstDayOfWeek: 1 });

const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
  .map(byte => byte.toString(16).padStart(2, '0')).join('');

/** The same content sent again carries the same key, so a retry never counts twice. */
function idempotencyKeys() {
  let known = { content: null, key: null };
  return content => {
    if (known.content !== content) known = { content, key: randomKey() };
    return known.key;
  };
}

async function render(container, { schema, data, documents, urls, limit, readonly }) {
  const attachment = attachmentModule({
    uploadFile: file => upload(urls.upload, file),
    documents: new Map(documents.map(document => [document.id, document])),
    documentUrl: id => urls.document.replace('DOCUMENT', encodeURIComponent(id)),
    limit
  });
  // Without debounce: a state change within its 300 ms would overwrite what was typed.
  const form = new Form({ container, debounce: false, additionalModules: [TranslateModule, attachment] });
  await form.importSchema(schema, data);
  if (readonly) form.setProperty('readOnly', true);
  completeWords(container);
  return form;
}

function reloadLink() {
  const link = Object.assign(document.createElement('a'), { href: window.location.href, className: 'gc-btn' });
  link.textContent = t('重新载入', 'Reload');
  return link;
}

function signInLink(urls) {
  const link = Object.assign(document.createElement('a'), { href: urls.signIn, target: '_blank' });
  link.textContent = t('在新窗口登录，再回到本页提交', 'Sign in in a new window, then submit here');
  return link;
}

const sessionEnded = ({ status, code }) => status === 401 || code === 'csrf';

function submitter(form, payload, summary, draft) {
  const keyFor = idempotencyKeys();
  let renew = false;

  async function post(data) {
    if (renew) await renewToken(payload.urls.token);
    const body = { version: payload.version, data };
    const headers = { 'Idempotency-Key': keyFor(JSON.stringify(body)) };
    return send('POST', payload.urls.submit, body, { headers });
  }

  function explain(problem) {
    renew = sessionEnded(problem);
    if (renew) return summary.refusal(problem, signInLink(payload.urls));
    if (problem.status === 409) return summary.refusal(problem, reloadLink());
    if (!Object.keys(problem.errors).length) return summary.refusal(problem);
    const entries = fromServer(form, problem.errors);
    markFields(form, entries);
    return summary.list(entries);
  }

  return async function submit() {
    const { data, errors } = form.submit();
    const wrong = fromForm(form, errors);
    if (wrong.length) return summary.list(wrong);
    summary.clear();
    try {
      const { next } = await post(data);
      draft.close();
      window.location.assign(next);
    } catch (problem) {
      explain(problem);
    }
  };
}

/** While `work` runs, a second click does nothing. */
const onceAtATime = (button, work) => button?.addEventListener('click', async () => {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  await work();
  button.removeAttribute('aria-disabled');
});

async function mount(container) {
  const payload = JSON.parse(document.getElementById(container.dataset.form).textContent);
  const form = await render(container, payload);
  const card = container.closest('[data-form-card]');
  const find = name => card.querySelector(`[data-form-${name}]`);
  const summary = summaryOf(find('errors'), id => payload.urls.clause.replace('CLAUSE', id));
  const store = payload.urls.draft && (keepalive => send(
    'PUT', payload.urls.draft, { version: payload.version, data: form._getSubmitData() }, { keepalive }
  ));
  if (!payload.readonly) {
    const draft = drafts(find('status'), store);
    form.on('field.updated', draft.changed);
    tellWanted(form, find('wanted'));
    onceAtATime(find('submit'), submitter(form, payload, summary, draft));
    onceAtATime(find('save'), draft.save);
  }
  container.dataset.ready = '';
}

document.querySelectorAll('[data-form]').forEach(mount);
