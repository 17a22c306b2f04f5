// What is copied in one diagram can be pasted in another, in another window too.
const KEY = 'workshop:clipboard';

/** Turns what JSON keeps of a diagram back into elements of this one; each id once. */
function reviver(moddle) {
  const made = {};
  return (_, value) => {
    if (!value || typeof value !== 'object' || !value.$type) return value;
    const { $type, ...attributes } = value;
    const known = value.id && made[value.id];
    const element = known || moddle.create($type, attributes);
    if (value.id) made[value.id] = element;
    return element;
  };
}

class SharedClipboard {
  constructor(eventBus, clipboard, moddle) {
    eventBus.on('copyPaste.elementsCopied', ({ tree }) => {
      try { localStorage.setItem(KEY, JSON.stringify(tree)); } catch { /* too large: this diagram only */ }
    });
    const own = clipboard.get.bind(clipboard);
    clipboard.get = () => {
      const kept = localStorage.getItem(KEY);
      return kept ? JSON.parse(kept, reviver(moddle)) : own();
    };
    clipboard.isEmpty = () => !clipboard.get();
  }
}
SharedClipboard.$inject = ['eventBus', 'clipboard', 'moddle'];

export default { __init__: ['sharedClipboard'], sharedClipboard: ['type', SharedClipboard] };
