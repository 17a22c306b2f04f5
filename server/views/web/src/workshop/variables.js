// The variables that a case has when it comes to a place of the diagram.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { extension, property } from './zeebe.js';

const ALWAYS = ['regime', 'case'];

/** What one box brings: its form, its function, its table, what comes out of a part. */
function brought(bo, sets) {
  const form = extension(bo, 'zeebe:FormDefinition')?.formId || property(bo, 'form');
  const loop = extension(bo.loopCharacteristics, 'zeebe:LoopCharacteristics');
  return [
    ...(sets.forms[form] || []),
    ...(sets.handlers[extension(bo, 'zeebe:TaskDefinition')?.type] || []),
    extension(bo, 'zeebe:CalledDecision')?.resultVariable,
    loop?.outputCollection,
    ...(extension(bo, 'zeebe:IoMapping')?.get('outputParameters') || []).map(({ target }) => target)
  ];
}

/** What is local to a box: the one of many it is about, and what is handed in. */
function inside(bo) {
  const loop = extension(bo.loopCharacteristics, 'zeebe:LoopCharacteristics');
  const handed = extension(bo, 'zeebe:IoMapping')?.get('inputParameters') || [];
  return [loop?.inputElement, ...handed.map(({ target }) => target)];
}

const before = bo => [
  ...(bo.incoming || []).map(flow => flow.sourceRef),
  ...(bo.attachedToRef ? before(bo.attachedToRef) : [])
];

/** The names known at a flow node or a sequence flow, in order of the alphabet. */
export function knownAt(place, sets) {
  const found = new Set(ALWAYS);
  const seen = new Set();
  const todo = is(place, 'bpmn:SequenceFlow') ? [place.sourceRef] : before(place);
  const add = names => names.filter(Boolean).forEach(name => found.add(name));
  for (let holder = place; holder; holder = holder.$parent) {
    if (is(holder, 'bpmn:Activity')) add(inside(holder));
    if (is(holder, 'bpmn:SubProcess') && holder !== place) todo.push(...before(holder));
    if (is(holder, 'bpmn:Process')) add(sets.begins[holder.id] || []);
  }
  while (todo.length) {
    const bo = todo.pop();
    if (!bo || seen.has(bo)) continue;
    seen.add(bo);
    add(brought(bo, sets));
    if (is(bo, 'bpmn:SubProcess')) todo.push(...(bo.flowElements || []).filter(one => is(one, 'bpmn:FlowNode')));
    todo.push(...before(bo));
  }
  return [...found].sort();
}
