// Elements, and how the page changes: a view makes its elements anew, and morph() makes the old ones
// equal to them, so that focus, scrolling, open details and charts stay where they are. Content only ever
// becomes text nodes and attributes, never markup.

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, unknown>|null} attributes those that are null, undefined or false are left out
 * @param {...(Node|string|number|null|undefined|false|unknown[])} children
 */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes an element of SVG. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** Makes the children of one element equal to those of another, which is used up. */
export function morph(element, wanted) {
  const target = [...wanted.childNodes];
  target.forEach((node, i) => {
    const old = element.childNodes[i];
    if (!old) element.append(node);
    else if (!same(old, node)) old.replaceWith(node);
    else change(old, node);
  });
  while (element.childNodes.length > target.length) element.lastChild.remove();
}

/** Nodes that may be made equal: the same kind of thing, about the same thing. */
function same(a, b) {
  return a.nodeName === b.nodeName && a.dataset?.key === b.dataset?.key;
}

function change(old, node) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== node.data) old.data = node.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!node.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
  }
  for (const { name, value } of node.attributes) {
    if (old.getAttribute(name) !== value && !(name === 'open' && old.nodeName === 'DETAILS')) old.setAttribute(name, value);
  }
  if (old.take) old.take(node); // a chart, which knows what to do
  else morph(old, node);
}
