// Small notes on the boxes of a drawn diagram: how often a box was passed, what a regime says there.

function label({ text, kind }) {
  const note = document.createElement('span');
  note.className = `gc-note-on gc-note-${kind}`;
  note.textContent = text;
  return note;
}

/** `notes` maps an element id to { text, kind }; what the diagram does not have is left out. */
export function annotate(viewer, notes) {
  const elements = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  for (const [id, note] of Object.entries(notes)) {
    const element = elements.get(id);
    if (element && !element.waypoints) {
      overlays.add(id, { position: { top: -11, right: 14 }, html: label(note) });
    }
  }
}
