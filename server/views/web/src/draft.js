// Keeps what people type: a draft every few seconds, one more when the page is left.
import { t } from './language.js';

const EVERY = 3000; // ms; an office worker loses at most a sentence

const clock = () => new Date().toLocaleTimeString(t('zh-CN', 'en-GB'), { hour: '2-digit', minute: '2-digit' });

const WORDS = {
  dirty: () => t('有未暂存的内容', 'Unsaved changes'),
  saving: () => t('正在暂存…', 'Saving…'),
  saved: () => t(`已暂存 ${clock()}`, `Saved at ${clock()}`),
  failed: () => t('暂存失败，请检查网络', 'Not saved, check the connection')
};

/**
 * `store(keepalive)` sends the draft and answers a promise; null where the page has no drafts.
 * Answers {changed, save, close}.
 */
export function drafts(status, store) {
  let state = 'clean';
  let timer = 0;
  let sent = Promise.resolve();

  function become(next) {
    state = next;
    status.dataset.state = next;
    status.textContent = WORDS[next]?.() ?? '';
  }

  async function save(keepalive = false) {
    clearTimeout(timer);
    timer = 0;
    become('saving');
    // One after another, or an older draft could arrive last; a page that is left cannot wait.
    const answer = keepalive ? store(true) : sent.then(() => store(false));
    sent = answer.catch(() => {});
    try {
      await answer;
      if (state === 'saving') become('saved');
    } catch {
      become('failed');
    }
  }

  function changed() {
    become('dirty');
    if (store) timer ||= setTimeout(save, EVERY); // also of those who never pause
  }

  const unsaved = () => ['dirty', 'saving', 'failed'].includes(state);

  const leaving = event => unsaved() && event.preventDefault();
  const hidden = () => store && document.hidden && unsaved() && save(true);
  window.addEventListener('beforeunload', leaving);
  document.addEventListener('visibilitychange', hidden);

  function close() {
    clearTimeout(timer);
    become('clean');
    window.removeEventListener('beforeunload', leaving);
    document.removeEventListener('visibilitychange', hidden);
  }

  return { changed, save, close };
}
