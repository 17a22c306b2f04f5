// A length of time as a number and a unit; the diagram keeps the expression.
import { node } from './dom.js';
import { t } from './language.js';

const PLAIN = /^= *duration\("P(T?)(\d+)([DMYWH])"\)$/;
const UNITS = [
  { id: 'D', label: t('日', 'days') }, { id: 'W', label: t('周', 'weeks') },
  { id: 'M', label: t('月', 'months') }, { id: 'Y', label: t('年', 'years') },
  { id: 'TH', label: t('小时', 'hours') }
];

/** Number and unit of an expression, or null where it says something else. */
export function plain(text) {
  const found = text.match(PLAIN);
  return found && { amount: found[2], unit: found[1] + found[3] };
}

export function duration(text, set) {
  const { amount, unit } = plain(text) || { amount: '', unit: 'D' };
  const number = node('input', { class: 'gc-input', type: 'number', min: 1, max: 999, value: amount, onchange: store });
  const units = node('select', { class: 'gc-select', onchange: store, 'aria-label': t('单位', 'Unit') });
  units.append(...UNITS.map(one => node('option', { value: one.id }, one.label)));
  units.value = unit;
  function store() {
    const given = units.value;
    const body = given.startsWith('T') ? `PT${number.value}H` : `P${number.value}${given}`;
    set(number.value ? `= duration("${body}")` : '');
  }
  return node('div', { class: 'gc-pair' }, number, units);
}
