// The editor of decision tables: rows of other regimes stay as they are, clauses are looked up.
import Modeler from 'dmn-js/lib/Modeler';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import './styles/workshop.css';
import { clausePicker } from './workshop/clauses.js';
import { node } from './workshop/dom.js';
import { mount } from './workshop/frame.js';
import { TranslateModule, t } from './workshop/language.js';

const QUOTED = /"([^"]*)"/g;

const regimeColumn = table => (table.input || []).findIndex(one => one.inputExpression?.text === 'regime');
const clauseColumn = table => {
  const found = (table.output || []).findIndex(one => one.name === 'clause');
  return found < 0 ? -1 : (table.input || []).length + found;
};

/** The regimes a row is for: those its cell names, or all. */
function regimesOf(rule, table, all) {
  const text = rule.inputEntry?.[regimeColumn(table)]?.text || '';
  const named = [...text.matchAll(QUOTED)].map(found => found[1]);
  return named.length ? named : all;
}

function create({ host, payload, offers, changed, say }) {
  const { readonly, owned } = payload;
  const all = offers.regimes.map(({ id }) => id);
  const shared = { additionalModules: [TranslateModule] };
  const canvas = node('div', { class: 'gc-dmn' });
  const bar = node('div', { class: 'gc-clause-bar' });
  host.append(bar, canvas);
  const modeler = new Modeler({
    container: canvas, drd: shared, decisionTable: shared, literalExpression: shared, boxedExpression: shared,
    common: { expressionLanguages: { defaults: { inputCell: 'feel', outputCell: 'feel', inputExpression: 'feel' } } }
  });
  if (readonly) canvas.inert = true;

  const viewer = () => modeler.getActiveViewer();
  const table = () => viewer()?.get('sheet')?.getRoot()?.businessObject;

  function foreign() {
    const shown = table();
    if (!shown?.rule || regimeColumn(shown) < 0) return new Set();
    const others = rule => regimesOf(rule, shown, all).some(id => !owned.includes(id));
    return new Set(shown.rule.filter(others).map(rule => rule.id));
  }

  function paint() {
    const kept = foreign();
    for (const cell of canvas.querySelectorAll('[data-row-id]')) {
      cell.classList.toggle('gc-foreign', kept.has(cell.dataset.rowId));
    }
  }

  // A row of another regime takes neither a click nor a key.
  for (const kind of ['mousedown', 'click', 'dblclick', 'focusin', 'keydown', 'contextmenu', 'beforeinput', 'paste', 'drop']) {
    canvas.addEventListener(kind, event => {
      const row = event.target.closest?.('[data-row-id]')?.dataset.rowId;
      if (!row || !foreign().has(row) || (kind === 'keydown' && event.key === 'Tab')) return;
      event.stopPropagation();
      if (kind !== 'focusin') event.preventDefault();
      if (kind === 'click') say(t('这一行属于别的管理办法，不能在这里修改', 'This row is another regime’s and stays as it is'), 'failed');
    }, true);
  }

  function showClauses() {
    const sheet = viewer()?.get('selection', false);
    const cell = sheet?.get?.();
    const shown = table();
    const place = cell?.col && shown ? [...(shown.input || []), ...(shown.output || [])].findIndex(one => one === cell.col.businessObject) : -1;
    if (readonly || place < 0 || place !== clauseColumn(shown) || foreign().has(cell.row?.id)) return bar.replaceChildren();
    const text = cell.businessObject?.text || '';
    const chosen = [...text.matchAll(QUOTED)].flatMap(found => found[1].split(/\s+/)).filter(Boolean);
    const set = ids => viewer().get('modeling').editCell(cell.businessObject, ids.length ? `"${ids.join(' ')}"` : '');
    return bar.replaceChildren(node('span', { class: 'gc-label' }, t('条款', 'Clause')), clausePicker(chosen, offers.clauses, set, payload.urls.clause));
  }

  function listen() {
    const events = viewer().get('eventBus');
    events.on('elements.changed', () => { changed(); requestAnimationFrame(paint); });
    events.on('selection.changed', () => { requestAnimationFrame(showClauses); });
    requestAnimationFrame(paint);
  }

  const stack = act => viewer().get('commandStack')[act]();
  return {
    async load(xml) {
      await modeler.importXML(xml);
      const first = modeler.getViews().find(({ type }) => type === 'decisionTable');
      if (first) await modeler.open(first);
      listen();
    },
    content: async () => (await modeler.saveXML({ format: true })).xml,
    undo: () => stack('undo'),
    redo: () => stack('redo'),
    finish: () => document.activeElement?.blur(),
    mark: ids => canvas.querySelectorAll('[data-row-id]').forEach(cell => cell.classList.toggle('gc-wrong-row', ids.includes(cell.dataset.rowId))),
    select: id => canvas.querySelector(`[data-row-id="${CSS.escape(id)}"], [data-element-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'center', inline: 'center' })
  };
}

mount(create);
