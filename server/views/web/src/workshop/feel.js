// A FEEL field: suggests the variables that are known in the catalogue while one types.
import { area, node } from './dom.js';
import { t } from './language.js';

const WORD = /[A-Za-z_]\w*$/;
const FUNCTIONS = ['step("")', 'deadline("")', 'decide("")', 'duration("P1D")', 'count()', 'not()', 'is defined()'];

export function feel(value, set, variables) {
  const hints = node('div', { class: 'gc-hints', 'aria-live': 'polite' });
  const control = area(value, set, {
    class: 'gc-input gc-area gc-code', spellcheck: 'false', oninput: suggest, placeholder: t('= 表达式', '= expression')
  });

  function insert(word) {
    const before = control.value.slice(0, control.selectionStart).replace(WORD, '');
    const after = control.value.slice(control.selectionStart);
    control.value = before + word + after;
    hints.replaceChildren();
    control.focus();
    control.selectionStart = control.selectionEnd = before.length + word.length;
  }

  function suggest() {
    const typed = control.value.slice(0, control.selectionStart).match(WORD)?.[0] || '';
    const found = typed.length < 2 ? [] : [...variables, ...FUNCTIONS]
      .filter(name => name.includes(typed) && name !== typed)
      .sort((one, other) => one.indexOf(typed) - other.indexOf(typed)).slice(0, 6);
    hints.replaceChildren(...found.map(name => node('button', {
      type: 'button', class: 'gc-hint', onmousedown: event => event.preventDefault(), onclick: () => insert(name)
    }, name)));
  }

  return node('div', {}, control, hints);
}
