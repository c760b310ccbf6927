// `vigie fold --format csv`, read back as RFC 4180 has it, and what its rows should hold by the JSON.

/** Fields of each record; lines end with CR LF, a quoted field may hold anything. */
export function records(text) {
  const found = [];
  let record = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) {
      throw new Error(`not RFC 4180 at ${at}: ${JSON.stringify(text.slice(at, at + 60))}`);
    }
    const [, quoted, plain, end] = match;
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      found.push(record);
      record = [];
    }
  }
  return found;
}

/** The rows of a view as `[key, figures]`, the figures that are not absent by their path. */
export function rowsOf(view) {
  const { as_of: at, scope, windows, handled, quarters } = view;
  const { now, estimate, callers, closing, closing_record, severity, judged, clock } = view;
  const rows = [['', 'now', { now, estimate, callers, closing, closing_record, severity, judged, clock }]];
  for (const [name, window] of Object.entries(windows)) rows.push(['origin', name, window]);
  for (const [name, window] of Object.entries(handled)) rows.push(['handler', name, window]);
  for (const { start, window, handled: byHandler, cohort } of quarters ?? []) {
    rows.push(['origin', start, window], ['handler', start, { ...byHandler, cohort }]);
  }
  return rows.map(([book, window, figures]) => [[at, scope, book, window].join(), Object.fromEntries(figuresOf(figures, ''))]);
}

function figuresOf(value, path) {
  if (value === null) {
    return [];
  }
  if (path === 'now.agents.pauses' || Array.isArray(value)) {
    return [[path, JSON.stringify(value)]];
  }
  if (typeof value !== 'object') {
    return [[path, String(value)]];
  }
  if (Array.isArray(value.of)) {
    const { value: quotient, of: [numerator, denominator], upper } = value;
    // A mean has no bound.
    const parts = Object.entries({ value: quotient, numerator, denominator, upper }).filter(([, part]) => part !== undefined);
    return parts.map(([name, part]) => [`${path}.${name}`, String(part)]);
  }
  return Object.entries(value).flatMap(([name, inside]) => figuresOf(inside, path === '' ? name : `${path}.${name}`));
}
