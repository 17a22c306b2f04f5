// What a file of another tool says and bpmn-js cannot write: kept at opening, put back at saving.
const read = text => new DOMParser().parseFromString(text, 'application/xml').documentElement;
const DECLARED = 'http://www.w3.org/2000/xmlns/';
const DRAWN = 'http://www.omg.org/spec/DD/20100524/'; // bounds and waypoints: bpmn-js moves what lies in a folded box

const OMG = 'http://www.omg.org/spec/';

/** The id of an element of the standard; elsewhere an attribute of that name may be anything. */
const named = element => (element.namespaceURI?.startsWith(OMG) ? element.getAttribute('id') : null);
const alike = (one, other) => one.localName === other.localName && one.namespaceURI === other.namespaceURI;
const said = element => (element.children.length ? '' : element.textContent.trim().replace(/\s+/g, ' '));
const same = (one, other) => one === other || (one.trim() !== '' && Number(one) === Number(other));
const stated = element => [...element.attributes].filter(({ namespaceURI }) => namespaceURI !== DECLARED);
const like = (one, parent) => [...parent.children].filter(other => alike(one, other));

/** All that an element says, itself and within. */
const sign = element => [element, ...element.querySelectorAll('*')]
  .map(one => [one.nodeName, said(one), ...stated(one).map(({ name, value }) => `${name}=${value}`)].join()).join(';');

/** How many attributes two elements share, and whether they hold the same; -1 where they differ. */
function likeness(one, other) {
  const both = stated(one).filter(({ namespaceURI, localName }) => other.hasAttributeNS(namespaceURI, localName));
  if (said(one) !== said(other)) return -1;
  if (both.some(each => !same(each.value, other.getAttributeNS(each.namespaceURI, each.localName)))) return -1;
  return both.length + (sign(one) === sign(other) ? 0.5 : 0);
}

/** The drawing of the same element on another plane. */
function elsewhere(child, written) {
  const drawn = child.getAttribute('bpmnElement');
  const all = drawn ? written.ownerDocument.getElementsByTagNameNS(child.namespaceURI, child.localName) : [];
  return [...all].find(other => other.getAttribute('bpmnElement') === drawn && !other.hasAttribute('id'));
}

/** Which of the candidates a child of the original became: by its id, or else by what it says. */
function twin(child, candidates, written) {
  const id = named(child);
  const there = candidates.filter(other => alike(child, other) && named(other) === id);
  if (child.namespaceURI?.startsWith(DRAWN)) return there[0];
  const alone = like(child, child.parentElement).length === 1 && like(child, written).length === 1;
  if (id || (alone && there.length && said(child) === said(there[0]))) return there[0];
  const best = there.reduce((before, other) => Math.max(before, likeness(child, other)), -1);
  return best < 0 ? elsewhere(child, written) : there.find(other => likeness(child, other) === best);
}

/** The way from the nearest ancestor with an id: a number among those of the same name, each step. */
function place(element) {
  const steps = [];
  let at = element;
  for (; at.parentElement && !named(at); at = at.parentElement) {
    steps.unshift({ like: at, number: like(at, at.parentElement).indexOf(at), sign: sign(at) });
  }
  return { like: at, id: named(at), steps };
}

/** What the original has and the written file has not, or says in another way. */
function compare(original, written, missing) {
  const attributes = stated(original)
    .map(one => ({ one, wrote: written.getAttributeNS(one.namespaceURI, one.localName) }))
    .filter(({ one, wrote }) => wrote === null || !(same(one.value, wrote) || original.namespaceURI?.startsWith(DRAWN)));
  if (attributes.length) missing.push({ place: place(written), attributes });
  const left = [...written.children];
  [...original.children].forEach((child, index) => {
    const found = twin(child, left, written);
    if (!found) return missing.push({ place: place(written), index, element: child });
    if (left.includes(found)) left.splice(left.indexOf(found), 1);
    return compare(child, found, missing);
  });
}

/** The child that a step means: where it was, or where another now says the same. */
function follow(parent, { like: model, number, sign: was }) {
  const there = like(model, parent);
  const unchanged = there.filter(one => sign(one) === was);
  if (unchanged.length) return unchanged.includes(there[number]) ? there[number] : unchanged[0];
  return there[number];
}

/** The element of the written file at a place, or nothing where it was taken away. */
function find(root, { like: model, id, steps }, nameNow) {
  const now = id && (nameNow(id) ?? id);
  const start = id
    ? [root, ...root.getElementsByTagNameNS(model.namespaceURI, model.localName)].find(one => one.getAttribute('id') === now)
    : root;
  return steps.reduce((at, step) => at && follow(at, step), start);
}

/** A copy that speaks of elements by the ids they have now. */
function renewed(element, document, nameNow) {
  const copy = document.importNode(element, true);
  for (const one of [copy, ...copy.querySelectorAll('*')]) {
    for (const attribute of one.attributes) attribute.value = nameNow(attribute.value) ?? attribute.value;
    if (!one.children.length && nameNow(said(one))) one.textContent = nameNow(said(one));
  }
  return copy;
}

/** Put a child back. A formal expression, which bpmn-js writes as an expression of that type, takes
 * the place of what was written. */
function restore(parent, child, index) {
  const place = parent.children[index] || null;
  parent.insertBefore(child, place);
  if (child.localName !== 'formalExpression') return;
  const written = [...parent.children].find(({ localName, namespaceURI, textContent }) => localName === 'expression'
    && namespaceURI === child.namespaceURI && textContent.trim() === child.textContent.trim());
  written?.remove();
}

/** Text of a file without what bpmn-js reads and then fails to write: elements of no namespace. */
export function readable(text) {
  if (!/xmlns\s*=\s*["']["']/.test(text)) return text;
  const root = read(text);
  root.querySelectorAll('*').forEach(one => { if (!one.namespaceURI) one.remove(); });
  return new XMLSerializer().serializeToString(root);
}

/**
 * Compares a file with what the editor writes of it. Answers `count`, of the elements that are
 * kept aside, and `put(text)`, a written text with all of it; `nameNow` maps an id of the file to
 * the id that the element has now, undefined where it is none.
 */
export function keeper(original, written, nameNow) {
  const missing = [];
  compare(read(original), read(written), missing);
  const put = text => {
    if (!missing.length) return text;
    const root = read(text);
    for (const { place: where, attributes, element, index } of missing) {
      const at = find(root, where, nameNow);
      attributes?.forEach(({ one, wrote }) => at && at.getAttributeNS(one.namespaceURI, one.localName) === wrote
        && at.setAttributeNS(one.namespaceURI, one.name, one.value));
      if (at && element) restore(at, renewed(element, root.ownerDocument, nameNow), index);
    }
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`;
  };
  return { count: missing.filter(({ element }) => element).length, put };
}
