// Words that form-js writes itself, without asking its `translate` service.
import { t } from './language.js';

const WORDS = {
  Search: t('搜索', 'Search'),
  Select: t('请选择', 'Select'),
  'hh:mm': t('时:分', 'hh:mm')
};
const DAY = t('年/月/日', 'year/month/day');
const REMOVE = t('删除此行', 'Remove this row');

function complete(container) {
  for (const button of container.querySelectorAll('.fjs-repeat-row-remove:not([aria-label])')) {
    button.setAttribute('aria-label', REMOVE);
  }
  for (const input of container.querySelectorAll('input[placeholder]')) {
    const { placeholder } = input;
    const word = placeholder.includes('yy') ? DAY : WORDS[placeholder];
    if (word && word !== placeholder) input.placeholder = word;
  }
  for (const { firstChild: text } of container.querySelectorAll('.fjs-select-placeholder')) {
    // The text node itself is changed: form-js goes on to own it.
    if (text && WORDS[text.data] && WORDS[text.data] !== text.data) text.data = WORDS[text.data];
  }
}

/** Complete the words now and whenever the form draws something. */
export function completeWords(container) {
  complete(container);
  new MutationObserver(() => complete(container))
    .observe(container, { childList: true, characterData: true, subtree: true });
}
