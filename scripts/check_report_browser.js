// Runs inside the page; gives the list of what is wrong.
(() => {
  const wrong = [];
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) wrong.push(`page scrolls sideways: ${document.documentElement.scrollWidth} > ${wide}`);
  const inBox = (e) => e.closest('.scroll') || e.closest('pre');
  for (const e of document.querySelectorAll('body *')) {
    if (inBox(e) || e.closest('.skip')) continue;
    const box = e.getBoundingClientRect();
    if (box.width && (box.right > wide + 1 || box.left < -1)) wrong.push(`${e.tagName} ${e.id || e.className} leaves the page (${Math.round(box.left)} to ${Math.round(box.right)})`);
  }
  if (!document.documentElement.lang) wrong.push('no language');
  if (!document.title) wrong.push('no title');
  if (document.querySelectorAll('h1').length !== 1) wrong.push('not exactly one h1');
  let level = 0;
  for (const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
    const n = +h.tagName[1];
    if (n > level + 1) wrong.push(`heading jumps to ${h.tagName}: ${h.textContent}`);
    level = n;
  }
  const ids = new Map();
  for (const e of document.querySelectorAll('[id]')) ids.set(e.id, (ids.get(e.id) || 0) + 1);
  for (const [id, n] of ids) if (n > 1) wrong.push(`id ${id} stands ${n} times`);
  for (const a of document.querySelectorAll('a[href^="#"]')) if (!document.getElementById(a.getAttribute('href').slice(1))) wrong.push(`link to nowhere: ${a.getAttribute('href')}`);
  for (const e of document.querySelectorAll('[aria-labelledby]')) for (const id of e.getAttribute('aria-labelledby').split(' ')) if (!document.getElementById(id)) wrong.push(`aria-labelledby names nothing: ${id}`);
  for (const s of document.querySelectorAll('figure svg')) if (!s.querySelector('title') || s.getAttribute('role') !== 'img') wrong.push('a figure without a name');
  for (const e of document.querySelectorAll('svg use')) { const to = (e.getAttribute('href') || e.getAttribute('xlink:href') || '').slice(1); if (!document.getElementById(to)) wrong.push(`svg use of nothing: ${to}`); }
  for (const t of document.querySelectorAll('table')) if (!t.caption || ![...t.querySelectorAll('thead th')].every((h) => h.scope === 'col')) wrong.push('a table without caption or column scopes');
  for (const e of document.querySelectorAll('.scroll')) if (e.tabIndex !== 0) wrong.push('a scrolling box the keyboard cannot reach');
  if (document.querySelector('script, iframe, object, embed, link')) wrong.push('the page holds an element that loads or runs something');
  const rgb = (c) => (c.match(/[\d.]+/g) || []).map(Number);
  const lum = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ratio = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0.99) return c; } return [255, 255, 255]; };
  const seen = new Set();
  for (const e of document.querySelectorAll('h1,h2,h3,p,li,td,th,caption,figcaption,a,mark,q,sup,span,pre')) {
    if (!e.textContent.trim() || e.closest('.skip')) continue;
    const front = rgb(getComputedStyle(e).color), back = behind(e), got = ratio(front, back);
    const key = `${e.tagName}.${e.className} ${front} on ${back}`;
    if (got < 4.5 && !seen.has(key)) { seen.add(key); wrong.push(`contrast ${got.toFixed(2)}: ${key}`); }
  }
  for (const s of document.querySelectorAll('figure svg')) {
    const back = behind(s);
    for (const t of s.querySelectorAll('text')) {
      const front = rgb(getComputedStyle(t).fill), got = ratio(front, back);
      // Numbers inside the map's cells stand on the cell's own colour.
      if (got < 4.5 && !s.closest('#f-heatmap')) { wrong.push(`contrast ${got.toFixed(2)} in a figure: ${t.textContent.slice(0, 30)}`); break; }
    }
  }
  return wrong;
})()
