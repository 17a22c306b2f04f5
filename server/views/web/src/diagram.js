// A procedure's diagram: what is done, where the case stands now, what is overdue.
import Viewer from 'bpmn-js/lib/Viewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './styles/diagram.css';
import './styles/rehearsal.css';
import { annotate } from './annotations.js';
import { text } from './api.js';
import { t, TranslateModule } from './language.js';

const READABLE = 0.9;
const SMALLEST = 0.8; // zoom; below, the labels fall under 10 px
const STEP = 1.25;
const MARGIN = 20;

function paint(viewer, marks) {
  const canvas = viewer.get('canvas');
  const elements = viewer.get('elementRegistry');
  for (const [mark, ids] of Object.entries(marks)) {
    ids.filter(id => elements.get(id)).forEach(id => canvas.addMarker(id, `gc-${mark}`));
  }
}

/** A flow was taken when both of its ends were reached. */
function paintFlows(viewer, { done, current, overdue }) {
  const reached = new Set([...done, ...current, ...overdue]);
  const taken = ({ source, target }) => done.includes(source?.id) && reached.has(target?.id);
  const flows = viewer.get('elementRegistry').filter(element => element.waypoints && taken(element));
  flows.forEach(flow => viewer.get('canvas').addMarker(flow, 'gc-taken'));
}

const area = ({ width, height }) => width * height;

/** What to look at first: an overdue step, a current one (rather than what it lies in), the last
 * done, in a comparison the first that differs. */
function focusOf(viewer, { overdue, current, done, wrong = [], added = [], removed = [], changed = [] }) {
  const shapes = ids => ids.map(id => viewer.get('elementRegistry').get(id)).filter(Boolean);
  const smallest = ids => shapes(ids).sort((one, other) => area(one) - area(other))[0];
  return smallest(overdue) || smallest(current) || smallest(wrong) || shapes(done).at(-1)
    || shapes([...added, ...removed, ...changed]).find(({ width }) => width);
}

/** Where a window of `size` around `middle` begins, kept inside the drawing (`from`, `length`). */
function origin(middle, size, from, length) {
  const first = from - MARGIN;
  const last = from + length + MARGIN - size;
  return last < first ? (first + last) / 2 : Math.min(Math.max(middle - size / 2, first), last);
}

/** A little smaller where that shows the whole height. */
function readable({ outer, inner }) {
  const whole = outer.height / (inner.height + 2 * MARGIN);
  return whole < SMALLEST ? READABLE : Math.min(whole, READABLE);
}

function centre(canvas, shape) {
  const { outer, inner } = canvas.viewbox();
  const width = outer.width / readable({ outer, inner });
  const height = outer.height / readable({ outer, inner });
  canvas.viewbox({
    x: origin(shape.x + shape.width / 2, width, inner.x, inner.width),
    y: origin(shape.y + shape.height / 2, height, inner.y, inner.height),
    width,
    height
  });
}

/** The upper left of the drawing, where no step is current. */
const beginning = canvas => centre(canvas, { ...canvas.viewbox().inner, width: 0, height: 0 });

/** Dragging by mouse, pen or finger; up and down with a finger still scrolls the page. */
function draggable(container, canvas) {
  let last = null;
  container.addEventListener('pointerdown', ({ clientX, clientY, button }) => {
    if (button === 0) last = { clientX, clientY };
  });
  window.addEventListener('pointermove', ({ clientX, clientY, buttons }) => {
    if (!last || !buttons) return;
    canvas.scroll({ dx: clientX - last.clientX, dy: clientY - last.clientY });
    last = { clientX, clientY };
  });
  for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, () => { last = null; });
}

const ARROWS = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };

function movableByKeyboard(container, canvas) {
  container.addEventListener('keydown', event => {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    canvas.scroll({ dx: step[0], dy: step[1] });
  });
}

function describe(container, viewer, { current, overdue }) {
  const name = id => viewer.get('elementRegistry').get(id)?.businessObject.name;
  const steps = [...new Set([...current, ...overdue])].map(name).filter(Boolean).join('、');
  container.setAttribute('aria-label', steps
    ? t(`流程图，当前环节：${steps}`, `Diagram, current step: ${steps}`)
    : t('流程图', 'Diagram'));
}

function controls(container, canvas, goToCurrent) {
  const acts = {
    whole: () => canvas.zoom('fit-viewport', 'auto'),
    current: goToCurrent,
    nearer: () => canvas.zoom(canvas.zoom() * STEP, 'auto'),
    farther: () => canvas.zoom(canvas.zoom() / STEP, 'auto')
  };
  for (const button of container.parentElement.querySelectorAll('[data-diagram-do]')) {
    button.addEventListener('click', acts[button.dataset.diagramDo]);
  }
}

/** On paper the drawing shows what the screen shows, as wide as the sheet. */
function printable(container) {
  const drawing = container.querySelector('.djs-container > svg');
  const show = () => drawing.setAttribute('viewBox', `0 0 ${drawing.clientWidth} ${drawing.clientHeight}`);
  window.addEventListener('beforeprint', show);
  window.addEventListener('afterprint', () => drawing.removeAttribute('viewBox'));
}

async function draw(container) {
  const marks = { done: [], current: [], overdue: [], ...JSON.parse(container.dataset.marks) };
  const viewer = new Viewer({ container, additionalModules: [TranslateModule] });
  await viewer.importXML(await text(container.dataset.diagram));
  const canvas = viewer.get('canvas');
  paint(viewer, marks);
  paintFlows(viewer, marks);
  annotate(viewer, JSON.parse(container.dataset.notes || '{}'));
  describe(container, viewer, marks);
  const shape = focusOf(viewer, marks);
  const goToCurrent = () => (shape ? centre(canvas, shape) : beginning(canvas));
  if ('whole' in container.dataset) canvas.zoom('fit-viewport', 'auto');
  else goToCurrent();
  draggable(container, canvas);
  movableByKeyboard(container, canvas);
  controls(container, canvas, goToCurrent);
  printable(container);
}

async function mount(container) {
  try {
    await draw(container);
  } catch {
    container.textContent = t('流程图暂时无法显示。', 'The diagram cannot be shown.');
  }
  container.dataset.ready = '';
}

// Folded on a phone and without scripts, where what is to be done comes first; open on a desk.
if (window.matchMedia('(min-width: 701px)').matches) {
  for (const fold of document.querySelectorAll('.gc-fold')) fold.open = true;
}
for (const fold of document.querySelectorAll('.gc-fold')) fold.dataset.settled = '';

// Drawn when first seen: a closed <details> has no size to draw in.
const seen = new IntersectionObserver(entries => {
  for (const { target } of entries.filter(entry => entry.isIntersecting)) {
    seen.unobserve(target);
    mount(target);
  }
});
document.querySelectorAll('[data-diagram]').forEach(container => seen.observe(container));
