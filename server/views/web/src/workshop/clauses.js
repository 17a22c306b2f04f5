// Clauses picked from the register by their number or by words of their text.
import { node } from './dom.js';
import { t } from './language.js';

const SHOWN = 12;

export function clausePicker(chosen, register, set, url) {
  const byId = new Map(register.map(clause => [clause.id, clause]));
  const results = node('ul', { class: 'gc-results' });
  const search = node('input', {
    class: 'gc-input', type: 'search', placeholder: t('按编号或文字查找条款', 'Find a clause by number or words'),
    'aria-label': t('查找条款', 'Find a clause'), oninput: find
  });

  const chip = id => node('span', { class: 'gc-chip', title: byId.get(id)?.label || '' },
    node('a', { href: url.replace('CLAUSE', id), target: '_blank' }, id),
    node('button', {
      type: 'button', 'aria-label': t(`移除 ${id}`, `Remove ${id}`), onclick: () => set(chosen.filter(other => other !== id))
    }, '×'));

  function offer({ id, article, label }) {
    return node('li', {}, node('button', { type: 'button', onclick: () => set([...chosen, id]) },
      node('b', {}, `${id} ${article}`), node('span', {}, label)));
  }

  function find() {
    const words = search.value.trim().toLowerCase();
    const said = ({ id, article, label }) => `${id} ${article} ${label}`.toLowerCase();
    const found = words ? register.filter(one => !chosen.includes(one.id) && said(one).includes(words)) : [];
    results.replaceChildren(...found.slice(0, SHOWN).map(offer));
  }

  return node('div', { class: 'gc-clauses' }, node('div', {}, ...chosen.map(chip)), search, results);
}
