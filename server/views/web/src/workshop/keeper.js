// What a file of another tool says and bpmn-js cannot write: kept at opening, put back at saving.
const read = text => new DOMParser().parseFromString(text, 'application/xml').documentElement;
const DECLARED = 'http://www.w3.org/2000/xmlns/';

const alike = (one, other) => one.localName === other.localName && one.namespaceURI === other.namespaceURI;
const said = element => (element.children.length ? '' : element.textContent.trim());

/** Which of the candidates a child of the original became. */
function twin(child, candidates) {
  const id = child.getAttribute('id');
  const same = candidates.filter(other => alike(child, other) && other.getAttribute('id') === id);
  return child.children.length || id ? same[0] : same.find(other => said(other) === said(child));
}

/** The way from the nearest ancestor with an id: a number among those of the same name, each step. */
function place(element) {
  const steps = [];
  let at = element;
  for (; at.parentElement && !at.hasAttribute('id'); at = at.parentElement) {
    const parent = at.parentElement;
    const number = [...parent.children].filter(other => alike(at, other)).indexOf(at);
    steps.unshift({ like: at, number });
  }
  return { like: at, id: at.getAttribute('id'), steps };
}

/** What the original has and the written file has not. */
function compare(original, written, missing) {
  const attributes = [...original.attributes].filter(({ namespaceURI, localName }) => (
    namespaceURI !== DECLARED && !written.hasAttributeNS(namespaceURI, localName)));
  if (attributes.length) missing.push({ place: place(original), attributes });
  const left = [...written.children];
  [...original.children].forEach((child, index) => {
    const found = twin(child, left);
    if (!found) return missing.push({ place: place(original), index, element: child });
    left.splice(left.indexOf(found), 1);
    return compare(child, found, missing);
  });
}

/** The element of the written file at a place, or nothing where it was taken away. */
function find(root, { like, id, steps }, nameNow) {
  const now = id && nameNow(id);
  const start = id
    ? [root, ...root.getElementsByTagNameNS(like.namespaceURI, like.localName)].find(one => one.getAttribute('id') === now)
    : root;
  return steps.reduce((at, step) => at && [...at.children].filter(one => alike(one, step.like))[step.number], start);
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
      attributes?.forEach(one => at && !at.hasAttributeNS(one.namespaceURI, one.localName)
        && at.setAttributeNS(one.namespaceURI, one.name, one.value));
      if (at && element) at.insertBefore(renewed(element, root.ownerDocument, nameNow), at.children[index] || null);
    }
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`;
  };
  return { count: missing.filter(({ element }) => element).length, put };
}
