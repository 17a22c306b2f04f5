// What is dropped between others finds room: what stands to its right moves on, lanes and pools grow,
// and the way stays straight. One undo takes the room back together with what was dropped.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';
import { isAny } from 'bpmn-js/lib/features/modeling/util/ModelingUtil';
import { selfAndAllChildren } from 'diagram-js/lib/util/Elements';

const GAP = 50; // px between a box and the next
const LATE = 100; // after the flow was led through what is dropped on it
const HOLDING = ['bpmn:Participant', 'bpmn:Lane', 'bpmn:SubProcess', 'bpmn:Group', 'bpmn:TextAnnotation'];

const right = ({ x, width }) => x + width;
const middle = ({ x, width }) => x + width / 2;
const level = ({ y, height }) => y + height / 2;
const stands = shape => shape.parent && !shape.waypoints && !shape.labelTarget && !shape.host
  && !isAny(shape, HOLDING);

/** The box around shapes. */
function around(shapes) {
  const x = Math.min(...shapes.map(shape => shape.x));
  const y = Math.min(...shapes.map(shape => shape.y));
  return { x, y, width: Math.max(...shapes.map(right)) - x, height: Math.max(...shapes.map(s => s.y + s.height)) - y };
}

class Room extends CommandInterceptor {
  constructor(eventBus, canvas, modeling, spaceTool) {
    super(eventBus);
    Object.assign(this, { canvas, modeling, spaceTool });
    this.postExecuted('elements.create', LATE, ({ context }) => this.make(context.elements));
  }

  make(elements) {
    const dropped = elements.filter(stands);
    if (!dropped.length) return;
    const others = this.others(dropped);
    const before = others.filter(one => middle(one) <= middle(around(dropped)));
    const short = Math.max(0, ...before.map(one => right(one) + GAP - around(dropped).x));
    if (short) this.modeling.moveElements(dropped, { x: short, y: 0 }, dropped[0].parent);
    const after = this.others(dropped).filter(one => !before.includes(one) && middle(one) > middle(around(dropped)) - short);
    if (after.length) this.push(dropped, after);
    if (short || after.length) dropped.flatMap(one => [...one.incoming, ...one.outgoing]).forEach(one => this.straighten(one));
  }

  /** A flow that was led through a place that moved: straight where both ends stand level. */
  straighten(flow) {
    const from = { x: right(flow.source), y: level(flow.source) };
    const to = { x: flow.target.x, y: level(flow.target) };
    if (Math.abs(from.y - to.y) < 2 && from.x < to.x) this.modeling.updateWaypoints(flow, [from, to]);
    else this.modeling.layoutConnection(flow);
  }

  /** What stands on the same height so near that it is covered or touched. */
  others(dropped) {
    const box = around(dropped);
    return selfAndAllChildren(this.canvas.getRootElement()).filter(one => stands(one) && !dropped.includes(one)
      && one.y < box.y + box.height && one.y + one.height > box.y
      && one.x < right(box) + GAP && right(one) > box.x - GAP);
  }

  push(dropped, after) {
    const first = Math.min(...after.map(one => one.x));
    const x = right(around(dropped)) + GAP - first;
    const all = selfAndAllChildren(this.canvas.getRootElement()).filter(one => !dropped.includes(one));
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, 'x', x, first - 1);
    this.spaceTool.makeSpace(movingShapes, resizingShapes, { x, y: 0 }, 'e', first - 1);
  }
}
Room.$inject = ['eventBus', 'canvas', 'modeling', 'spaceTool'];

export default { __init__: ['guichengRoom'], guichengRoom: ['type', Room] };
