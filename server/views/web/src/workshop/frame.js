// What every editor has around its canvas: the lock, saving by itself, the list of problems.
import { send, text, upload } from '../api.js';
import { lang, t } from './language.js';
import { raster } from './raster.js';

const QUIET = 1500; // ms without a change before it is saved
const THINKING = 700; // ms without a change before it is checked
const SIGN_OF_LIFE = 60000; // ms between two requests that keep the lock

const later = (work, delay) => {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, delay);
  };
};

const clock = () => new Date().toLocaleTimeString(lang === 'zh' ? 'zh-CN' : 'en-GB', {
  hour: '2-digit', minute: '2-digit', second: '2-digit'
});

/** The content typed last, kept in this browser until the server has it. */
function backup(path, url) {
  const key = `draft:${url}`;
  return {
    keep: content => { try { localStorage.setItem(key, content); } catch { /* full: the server has it soon */ } },
    drop: () => localStorage.removeItem(key),
    left: () => localStorage.getItem(key)
  };
}

function download(name, content, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * Mount an editor on the page.
 * `create({ host, panel, payload, offers, changed })` answers an object with `load(text)`,
 * `content()`, `select(element)`, `mark(ids)`, `undo`, `redo` and acts named by buttons.
 */
export async function mount(create) {
  const root = document.querySelector('[data-editor]');
  const payload = JSON.parse(document.getElementById('editor-payload').textContent);
  const { urls, path, readonly } = payload;
  const find = name => root.querySelector(`[data-editor-${name}]`);
  const status = find('status');
  const say = (words, state = '') => { status.textContent = words; status.dataset.state = state; };
  const kept = backup(path, urls.file);
  let { seen } = payload;
  let notes = []; // what was done to a file that was brought from elsewhere
  let saved = '';
  let busy = Promise.resolve();
  let alive;

  async function store(content) {
    try {
      if (content !== saved) ({ seen } = await send('PUT', urls.file, { content, seen }));
      saved = content;
      kept.drop();
      say(t(`已保存 ${clock()}`, `Saved ${clock()}`), 'clean');
    } catch (problem) {
      say(t(`未保存：${problem.message}`, `Not saved: ${problem.message}`), 'failed');
    }
  }
  const save = () => { busy = busy.then(async () => store(await editor.content())); return busy; };
  const saveSoon = later(save, QUIET);

  function problemRow({ severity, sentence, element, file, name, trail = [] }) {
    const here = file === path;
    const row = document.createElement('li');
    const tag = document.createElement('span');
    tag.className = `gc-tag ${severity === 'error' ? 'gc-tag-bad' : 'gc-tag-open'}`;
    tag.textContent = severity === 'error' ? t('错误', 'Error') : t('提醒', 'Warning');
    const act = document.createElement('button');
    act.type = 'button';
    act.className = 'gc-link';
    act.textContent = sentence;
    act.addEventListener('click', () => (here
      ? editor.select(element, trail)
      : window.location.assign(urls.edit.replace('PATH', file))));
    row.append(tag, ' ', act);
    if (!here) row.append(Object.assign(document.createElement('small'), { textContent: name }));
    return row;
  }

  const remark = sentence => ({ severity: 'warning', sentence, file: path });

  function show(found) {
    const findings = [...found, ...[...notes, ...(editor.remarks?.() || [])].map(remark)];
    const count = find('count');
    const errors = findings.filter(({ severity }) => severity === 'error');
    count.textContent = findings.length ? String(findings.length) : t('通过', 'OK');
    count.className = `gc-tag ${errors.length ? 'gc-tag-bad' : findings.length ? 'gc-tag-open' : 'gc-tag-good'}`;
    find('problems').replaceChildren(...findings.map(problemRow));
    const wrong = findings.filter(({ file, element }) => file === path && element);
    editor.mark(wrong.map(({ element }) => element));
  }

  async function ask() {
    const content = await editor.content();
    try {
      const { findings } = await send('POST', urls.check, { path, content });
      show(findings);
    } catch (problem) {
      show([{ severity: 'error', sentence: problem.message, element: '', file: path }]);
    }
  }

  // One question at a time, so that the last answer is about the last change.
  let asking = null;
  let askAgain = false;
  async function check() {
    if (asking) {
      askAgain = true;
      return;
    }
    do {
      askAgain = false;
      asking = ask();
      await asking;
    } while (askAgain);
    asking = null;
  }
  const checkSoon = later(check, THINKING);

  async function changed() {
    if (readonly) return;
    say(t('有未保存的修改', 'Unsaved changes'), 'dirty');
    saveSoon();
    checkSoon();
    kept.keep(await editor.content());
  }

  async function hold(over = false) {
    try {
      await send('POST', urls.hold, { over }, { keepalive: over });
    } catch (problem) {
      say(problem.message, 'failed');
      clearInterval(alive);
    }
  }

  const asked = await Promise.all([text(urls.offers), text(urls.file)]);
  const [offers, original] = [JSON.parse(asked[0]), asked[1]];
  const editor = create({
    host: find('canvas'), panel: find('panel'), payload, offers, changed, say
  });
  await editor.load(original);
  saved = await editor.content();

  const named = ending => path.split('/').pop().replace(/\w+$/, ending);
  const acts = {
    save,
    undo: editor.undo,
    redo: editor.redo,
    fit: editor.fit,
    search: editor.search,
    download: async () => download(path.split('/').pop(), await editor.content(), 'application/octet-stream'),
    picture: async () => download(named('svg'), await editor.picture(), 'image/svg+xml'),
    raster: async () => download(named('png'), await raster(await editor.picture()), 'image/png')
  };
  for (const button of root.querySelectorAll('[data-editor-do]')) {
    button.addEventListener('click', () => acts[button.dataset.editorDo]?.());
  }

  async function take(content) {
    try {
      await editor.load(content);
      await changed();
    } catch (problem) {
      say(t(`不能导入：${problem.message}`, `Not imported: ${problem.message}`), 'failed');
      await editor.load(saved);
    }
  }
  async function bring(file) {
    try {
      const brought = await upload(urls.bring, file);
      notes = brought.notes;
      await take(brought.content);
    } catch (problem) {
      say(t(`不能导入：${problem.message}`, `Not imported: ${problem.message}`), 'failed');
    }
  }
  find('import')?.addEventListener('change', async ({ target }) => {
    const [file] = target.files;
    target.value = '';
    if (file) await bring(file);
  });
  for (const button of root.querySelectorAll('[data-editor-save]')) {
    button.addEventListener('click', async () => take(await text(`${urls.file}?save=${button.dataset.editorSave}`)));
  }
  find('preview')?.addEventListener('click', async event => {
    event.preventDefault();
    await save();
    window.location.assign(event.target.href);
  });

  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
    event.preventDefault();
    event.stopPropagation();
    editor.finish?.();
    save();
  }, true);

  if (!readonly) {
    window.addEventListener('beforeunload', () => editor.finish?.()); // what is typed and not yet left counts
    window.addEventListener('pagehide', () => hold(true));
    alive = setInterval(hold, SIGN_OF_LIFE);
    await hold(); // who opens it from now on finds it held
    const left = kept.left();
    if (left && left !== saved) {
      await take(left);
      say(t('已恢复上次未保存的修改', 'Restored changes that had not been saved'), 'dirty');
    }
  } else {
    say(t('只读', 'Read only'));
  }
  root.dataset.ready = '';
  await check();
}
