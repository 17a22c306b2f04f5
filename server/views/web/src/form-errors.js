// The error summary above a form: every entry leads to its field.
import { lang, t } from './language.js';

const joined = sentences => sentences.join(lang === 'zh' ? '；' : '; ');
const words = (zh, en) => Object.assign(document.createElement('p'), { textContent: t(zh, en) });

/** Every visible input of the form as {path, label, field id, row indexes, control id}. */
function inputs(form) {
  const fields = form.get('formFieldRegistry');
  return form.get('formFieldInstanceRegistry').getAllKeyed().map(({ id, valuePath, indexes }) => {
    const field = fields.get(id);
    const label = field.label || field.dateLabel || field.timeLabel || field.key;
    const rows = Object.values(indexes || {});
    return {
      id,
      rows,
      path: valuePath.join('.'),
      label: label.replace(/[。：.:]$/, ''),
      control: ['fjs-form', form._id, [id, ...rows].join('_')].join('-')
    };
  });
}

const at = (errors, { id, rows }) => [id, ...rows].reduce((found, key) => found?.[key], errors);

/** Errors as form-js reports them → [{input, sentences}] in the order of the page. */
export const fromForm = (form, errors) => inputs(form)
  .map(input => ({ input, sentences: at(errors, input) }))
  .filter(({ sentences }) => sentences?.length);

/** Errors as the server reports them, {path: [sentence]} → the same shape. */
export function fromServer(form, errors) {
  const known = new Map(inputs(form).map(input => [input.path, input]));
  return Object.entries(errors)
    .map(([path, sentences]) => ({ input: known.get(path.replace(/\[(\d+)\]/g, '.$1')), sentences }));
}

/** Write the server's sentences under their fields. form-js has no public call for this. */
export function markFields(form, entries) {
  const errors = {};
  for (const { input, sentences } of entries.filter(({ input }) => input)) {
    const keys = [input.id, ...input.rows];
    const last = keys.pop();
    const parent = keys.reduce((node, key) => (node[key] ??= {}), errors);
    parent[last] = sentences;
  }
  form._setState({ errors });
}

function labelOf({ label, rows }) {
  const row = rows.length ? rows.at(-1) + 1 : 0;
  return row ? t(`${label}（第 ${row} 行）`, `${label} (row ${row})`) : label;
}

function reach(control) {
  const node = document.getElementById(control) || document.querySelector(`[id^="${control}"]`);
  node?.scrollIntoView({ block: 'center' });
  node?.focus({ preventScroll: true });
}

function entryNode({ input, sentences }) {
  const item = document.createElement('li');
  if (!input) {
    item.textContent = joined(sentences);
    return item;
  }
  const link = Object.assign(document.createElement('a'), { href: `#${input.control}` });
  link.textContent = t(`${labelOf(input)}：`, `${labelOf(input)}: `) + joined(sentences);
  link.addEventListener('click', event => {
    event.preventDefault();
    reach(input.control);
  });
  item.append(link);
  return item;
}

function clauseNode(id, url) {
  const link = Object.assign(document.createElement('a'), { href: url(id), textContent: id });
  link.className = 'gc-clause';
  return link;
}

/** The summary box: `list` wrong entries, `refusal` of a rule with its clauses, `clear`. */
export function summaryOf(box, clauseUrl) {
  const show = (...nodes) => {
    box.replaceChildren(...nodes);
    box.hidden = false;
    box.focus();
    box.scrollIntoView({ block: 'nearest' });
  };
  return {
    clear: () => { box.hidden = true; },
    list: entries => {
      const list = document.createElement('ul');
      list.append(...entries.map(entryNode));
      show(words(`有 ${entries.length} 处需要更正：`, entries.length === 1 ? 'One thing to correct:' : `${entries.length} things to correct:`), list);
    },
    refusal: (problem, ...more) => {
      const basis = document.createElement('p');
      basis.append(t('依据：', 'Basis: '), ...problem.clauses.map(id => clauseNode(id, clauseUrl)));
      show(words(problem.message, problem.message), ...(problem.clauses.length ? [basis] : []), ...more);
    }
  };
}
