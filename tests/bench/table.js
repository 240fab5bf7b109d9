// Figures as people read them.

// A line of cells, each [text, width]; a negative width aligns to the right.
export function row(...cells) {
  return cells
    .map(([text, width]) => (width < 0 ? String(text).padStart(-width) : String(text).padEnd(width)))
    .join('')
    .trimEnd();
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}
