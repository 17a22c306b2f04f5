// A FEEL field: suggests the variables that a case has at that point while one types; Ctrl+Space
// shows them all.
import { area, node } from './dom.js';
import { t } from './language.js';

const WORD = /[A-Za-z_]\w*$/;
const SHOWN = 6;
const FUNCTIONS = ['step("")', 'deadline("")', 'decide("")', 'duration("P1D")', 'count()', 'not()', 'is defined()'];

export function feel(value, set, variables) {
  const hints = node('div', { class: 'gc-hints', 'aria-live': 'polite' });
  const control = area(value, set, {
    class: 'gc-input gc-area gc-code', spellcheck: 'false', oninput: () => suggest(), onkeydown: all, placeholder: t('= 表达式', '= expression')
  });

  function insert(word) {
    const before = control.value.slice(0, control.selectionStart).replace(WORD, '');
    const after = control.value.slice(control.selectionStart);
    control.value = before + word + after;
    hints.replaceChildren();
    control.focus();
    control.selectionStart = control.selectionEnd = before.length + word.length;
  }

  function all(event) {
    if (!event.ctrlKey || event.code !== 'Space') return;
    event.preventDefault();
    suggest(0, Infinity);
  }

  function suggest(letters = 2, shown = SHOWN) {
    const typed = control.value.slice(0, control.selectionStart).match(WORD)?.[0] || '';
    const found = typed.length < letters ? [] : [...variables, ...FUNCTIONS]
      .filter(name => name.includes(typed) && name !== typed)
      .sort((one, other) => one.indexOf(typed) - other.indexOf(typed)).slice(0, shown);
    hints.replaceChildren(...found.map(name => node('button', {
      type: 'button', class: 'gc-hint', onmousedown: event => event.preventDefault(), onclick: () => insert(name)
    }, name)));
  }

  return node('div', {}, control, hints);
}
