'use strict';
// The page's script: asks for what is to be shown, draws it, and keeps it fresh. Every sentence comes from the program.
(() => {
const $ = id => document.getElementById(id), Q = new URLSearchParams(location.search);
if (Q.get('theme')) document.documentElement.dataset.theme = Q.get('theme');

/* ---------- small kits: elements, SVG, text that is only written when it differs ---------- */
const NS = 'http://www.w3.org/2000/svg';
const put = (e, a, k) => { for (const n in a) if (a[n] != null) e.setAttribute(n, a[n]); e.append(...k.filter(c => c != null)); return e };
const H = (t, a = {}, ...k) => put(document.createElement(t), a, k);
const E = (t, a = {}, ...k) => put(document.createElementNS(NS, t), a, k);
const svg = (w, h, ...k) => E('svg', {viewBox: `0 0 ${w} ${h}`, width: w, height: h, 'aria-hidden': 'true'}, ...k);
const T = (x, y, s, a = {}) => E('text', {x, y, ...a}, s);
const L = (x1, y1, x2, y2, c, a = {}) => E('line', {x1, y1, x2, y2, stroke: c, ...a});
const P = (d, c, a = {}) => E('path', {d, fill: 'none', stroke: c, 'stroke-width': 1.5, 'stroke-linejoin': 'round', ...a});
const icon = id => E('svg', {'aria-hidden': 'true'}, E('use', {href: '#' + id}));
const mark = (id, x, y, s) => E('use', {href: '#' + id, x: x - s / 2, y: y - s / 2, width: s, height: s});
const say = (e, s) => { if (e.textContent !== s) e.textContent = s };
const fill = (e, ...k) => e.replaceChildren(...k);
const wide = e => Math.max(120, Math.floor(e.clientWidth));
const n = v => Number(v.toFixed(1));
const path = (pts, gaps) => pts.map((p, i) => (i && !(gaps && gaps[i]) ? 'L' : 'M') + n(p[0]) + ' ' + n(p[1])).join('');
const grouped = v => Math.round(v).toString().replace(/\B(?=(\d{3})+$)/g, ',');
const fixed = (v, d = 1) => v == null ? '–' : Math.abs(v) >= 100 ? grouped(v) : v.toFixed(d);
const two = v => String(v).padStart(2, '0');

let D = null, cursor = -1, reader = null;
const clock = () => D.axis === 'clock';
const hm = (x, seconds) => { const d = new Date(x * 1000); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}` + (seconds ? ':' + two(d.getUTCSeconds()) : '') };
const day = x => new Date(x * 1000).toLocaleDateString('en-GB', {day: 'numeric', month: 'short', timeZone: 'UTC'});
const xtext = (x, fine) => clock() ? (D.to - D.from > 86400 ? day(x) + ' ' : '') + hm(x, fine ?? D.to - D.from < 1800) : grouped(x);

/* ---------- first screen ---------- */
function head(d) {
  document.title = `${d.word} · ${d.topology} · Millrace`;
  say($('h1'), d.headline); say($('basis'), d.basis);
  const list = $('answers');
  if (!list.children.length) for (const a of d.answers) list.append(H('li', {'data-q': a.id},
    H('h2', {}, a.question), H('p', {class: 'say'}, icon(a.icon), H('span')), H('p', {class: 'why'}), H('div', {class: 'pic', id: 'pic-' + a.id})));
  const spoken = [];
  d.answers.forEach((a, i) => {
    const li = list.children[i], word = li.querySelector('.say span');
    if (li.className !== a.tone) li.className = a.tone;
    const use = li.querySelector('use'), href = '#' + a.icon;
    if (use.getAttribute('href') !== href) use.setAttribute('href', href);
    if (word.textContent && word.textContent !== a.word) spoken.push(`${a.question} ${a.word}.`);
    say(word, a.word); say(li.querySelector('.why'), a.why);
    if (a.id === 'todo') {
      const pic = $('pic-todo');
      pic.className = a.link ? 'pic keep' : 'pic';
      if (!a.link) fill(pic); else if (pic.dataset.to !== a.link.to) fill(pic, H('a', {class: 'btn', href: '#' + a.link.to}, a.link.words));
      pic.dataset.to = a.link ? a.link.to : '';
    }
  });
  speak(spoken); connection(d);
}
let lastSpoken = 0;
function speak(words) {
  if (!words.length || Date.now() - lastSpoken < 30000) return;
  lastSpoken = Date.now(); say($('spoken'), words.join(' '));
}
function connection(d) {
  document.body.dataset.conn = d.connection;
  banner(d.banner);
  say($('live').lastChild, d.connection === 'stale' ? `No new ${D ? D.items : 'events'}` : d.connection === 'empty' ? 'Ready' : 'Live');
}
// What is wrong with the address stays until another is asked for.
let remark = '';
function banner(state) {
  const text = state || remark;
  const b = $('banner');
  if (b.hidden !== !text) b.hidden = !text;
  say(b.firstChild, text);
}
function pictures() {
  const points = D.mistakes ? D.mistakes.points : [], x0 = points.length ? points[0][0] : 0, x1 = points.length ? points[points.length - 1][1] : 1;
  const strip = (e, height, top, pick, high, label, color = 'var(--water)') => {
    const w = wide(e), k = svg(w, height + 18), x = v => (v - x0) / Math.max(x1 - x0, 1e-9) * w, y = v => height - Math.min(v, high) / high * (height - top);
    const line = points.filter(p => pick(p) != null).map(p => [x((p[0] + p[1]) / 2), y(pick(p))]);
    if (!line.length) return null;
    k.append(E('path', {d: `M${n(line[0][0])} ${height}` + path(line).replace(/^M/, 'L') + `L${n(line[line.length - 1][0])} ${height}Z`, fill: 'var(--waterfill)'}), P(path(line), color), L(0, height + .5, w, height + .5, 'var(--rule)'));
    label(k, w, x, height + 16);
    return k;
  };
  const ends = (k, w, y) => k.append(T(0, y, xtext(x0)), T(w, y, xtext(x1), {'text-anchor': 'end'}));
  const set = (id, make) => { const e = $('pic-' + id); if (!e || !e.offsetParent) return; const k = make(e); fill(e, ...(k ? [k] : [])) };
  const enough = points.length > 2;
  set('working', e => !enough || !clock() ? null : strip(e, 40, 4, p => p[2], (points.map(p => p[2]).sort((a, b) => a - b)[Math.floor(points.length * .9)] * 1.25) || 1, (k, w, x, y) => { ends(k, w, y); if (w > 190) k.append(T(w / 2, y, 'a second', {'text-anchor': 'middle'})) }));
  set('better', e => {
    if (!enough || !D.mistakes) return null;
    const lines = D.mistakes.lines.filter(l => l.kind !== 'model' && l.loss != null), high = Math.max(...lines.map(l => l.loss)), w = wide(e), k = svg(w, 26 * lines.length);
    lines.forEach((l, i) => { const y = i * 26; k.append(T(0, y + 10, l.name), T(w, y + 10, l.now, {class: i ? null : 'ink b', 'text-anchor': 'end'}), E('rect', {x: 0, y: y + 15, width: n(Math.max(high ? l.loss / high * w : 0, 1)), height: 6, fill: i ? 'var(--axis)' : 'var(--water)'})) });
    return k;
  });
  set('changed', e => !enough ? null : strip(e, 52, 6, p => p[4], Math.max(...points.map(p => p[4] ?? 0)) || 1, (k, w, x, y) => {
    const m = D.mistakes.marks.filter(m => m.kind === 'worse' || m.kind === 'better').pop();
    if (!m || m.began < x0) return ends(k, w, y);
    const at = x(m.began), text = xtext(m.began), room = text.length * 7;
    k.append(L(at, 2, at, 52, 'var(--ink)'), T(Math.min(Math.max(at, room / 2), w - room / 2), y, text, {'text-anchor': 'middle', class: 'ink b'}));
    if (at > room * 1.6) k.append(T(0, y, xtext(x0)));
    if (w - at > room * 1.6) k.append(T(w, y, xtext(x1), {'text-anchor': 'end'}));
  }));
  set('done', e => {
    const bars = D.change && D.change.bars; if (!bars || !bars.length) return null;
    const w = wide(e), k = svg(w, 76), high = Math.max(...bars.map(b => b[1])) || 1, cw = Math.min(70, (w - 20) / bars.length);
    bars.forEach(([s, v, text], i) => { const X = i * (cw + 10), h = Math.max(v / high * 40, 1); k.append(E('rect', {x: X, y: n(56 - h), width: n(cw), height: n(h), fill: ['var(--axis)', 'var(--worse)', 'var(--water)'][i]}), T(n(X + cw / 2), n(52 - h), text, {'text-anchor': 'middle', class: 'ink b'}), T(n(X + cw / 2), 71, s, {'text-anchor': 'middle'})) });
    return k;
  });
}

/* ---------- stages ---------- */
function stages(s) {
  const list = $('stagelist');
  if (list.children.length !== s.list.length) fill(list, ...s.list.map(g => H('li', {}, H('h3', {}, g.name), H('p', {class: 'do'}, g.does), H('p', {class: 'rate'}, H('span'), ' ', H('small', {}, 'a second')), H('p', {class: 'also'}))));
  pulse(s.lead, s.list.map(g => [g.rate, g.also]));
  say($('parttitle'), s.title);
  fill($('parts'), ...s.partitions.map(p => H('tr', {}, H('th', {scope: 'row'}, String(p.partition)), H('td', {class: 'opt'}, p.process), H('td', {}, p.state), H('td', {class: 'n'}, p.rate),
    H('td', {class: 'g opt'}, E('svg', {viewBox: '0 0 100 5', preserveAspectRatio: 'none', height: 5, 'aria-hidden': 'true'}, E('rect', {width: 100, height: 5, fill: 'var(--grid)'}), E('rect', {width: n(p.share * 100), height: 5, fill: p.slowest ? 'var(--look)' : 'var(--water)'}))),
    H('td', {class: 'opt'}, p.model), H('td', {class: 'n opt'}, p.wrong), H('td', {class: 'n'}, p.behind, ...(p.slowest ? [' ', H('b', {}, 'furthest behind')] : [])))));
}
function pulse(lead, list) {
  say($('stages-lead'), lead);
  list.forEach(([rate, also], i) => { const li = $('stagelist').children[i]; if (li) { say(li.querySelector('.rate span'), rate); say(li.querySelector('.also'), also) } });
}

/* ---------- mistakes ---------- */
const DASH = {no_change: '1.5 3.5', majority: '8 4', mean: '8 4'};
const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800];
function ticks(a, b, most) {
  let step = steps.find(s => (b - a) / s <= most) || 604800;
  if (!clock()) { const p = Math.pow(10, Math.floor(Math.log10((b - a) / most))); step = [1, 2, 5, 10].map(f => f * p).find(s => (b - a) / s <= most) }
  const out = []; for (let t = Math.ceil(a / step) * step; t <= b; t += step) out.push(t);
  return [out, step];
}
function levels(high) {
  const p = Math.pow(10, Math.floor(Math.log10(high / 3 || 1)));
  const step = [1, 2, 2.5, 5, 10].map(f => f * p).find(s => high / s <= 4), out = [];
  for (let v = 0; v <= high * 1.0001; v += step) out.push(v);
  return out;
}
function mistakes() {
  const m = D.mistakes, e = $('errplot'), pts = m.points, own = 4, first = m.lines.filter(l => l.kind === 'model').length + 5, none = pts.length < 2;
  say($('mistakes-lead'), m.lead);
  for (const id of ['reader', 'errkey']) $(id).hidden = none;
  $('errplot').hidden = none; $('errtable').closest('details').hidden = none;
  fill($('errcaption'), H('b', {}, m.caption), none ? '' : `, ${xtext(pts[0][0])} to ${xtext(pts[pts.length - 1][1])}` + (clock() ? ' UTC' : ' ' + D.items));
  fill($('marks'), ...m.marks.slice(-6).reverse().map(k => H('li', {}, icon('m-' + (k.kind === 'moved' ? 'step' : k.kind)), H('span', {}, H('b', {}, k.title), ' ' + k.text))));
  if (none) return;
  e.setAttribute('aria-label', m.label);
  const rules = m.lines.filter(l => l.kind !== 'model' && l.kind !== 'own');
  const w = wide(e), small = w < 760, h = small ? 270 : 356, l = 44, r = small ? 8 : 164, b = 24, shown = m.marks.filter(k => k.x >= pts[0][0]);
  const lanes = !small && shown.some(k => k.kind === 'better'), t = shown.length ? (lanes ? 52 : 34) : 14, pw = w - l - r, ph = h - t - b, x0 = pts[0][0], x1 = Math.max(pts[pts.length - 1][1], D.live && D.connection === 'live' ? D.to : 0, x0 + 1);
  // The simple rules are drawn as the mean of nine points, so that the eye stays with the model.
  const calm = rules.map((_, r) => pts.map((_, i) => { let s = 0, c = 0; for (const q of pts.slice(Math.max(0, i - 4), i + 5)) if (q[first + r] != null) { s += q[first + r] * q[3]; c += q[3] } return c ? s / c : null }));
  const high = Math.max(0, ...pts.map(p => p[own] ?? 0), ...calm.flat().map(v => v ?? 0));
  const lv = levels((high || 1) * 1.04), top = Math.max(lv[lv.length - 1], high * 1.04), x = v => l + (v - x0) / (x1 - x0) * pw, y = v => t + ph - Math.min(v, top) / top * ph, k = svg(w, h);
  for (const v of lv) k.append(L(l, n(y(v)), l + pw, n(y(v)), v ? 'var(--grid)' : 'var(--axis)'), T(l - 8, n(y(v) + 4), String(Number(v.toPrecision(3))), {'text-anchor': 'end'}));
  const [tt, step] = ticks(x0, x1, small ? 4 : 8);
  for (const v of tt) if (x(v) > l + 12 && x(v) < l + pw - 8) k.append(L(n(x(v)), t + ph, n(x(v)), t + ph + 5, 'var(--axis)'), T(n(x(v)), t + ph + 19, clock() ? (step >= 86400 ? day(v) : hm(v, step < 60)) : grouped(v), {'text-anchor': 'middle'}));
  if (m.usual) k.append(E('rect', {x: l, y: n(y(m.usual[1])), width: pw, height: n(Math.max(y(m.usual[0]) - y(m.usual[1]), 2)), fill: 'var(--waterfill)'}));
  const width = 5 + m.lines.length - 1, gaps = pts.map(p => p.length > width), mid = p => x((p[0] + p[1]) / 2);
  const line = at => { const out = [], g = []; let broken = false; pts.forEach((p, i) => { broken = broken || gaps[i]; if (p[at] == null) { broken = true; return } out.push([mid(p), y(p[at])]); g.push(broken); broken = false }); return path(out, g) };
  const drawn = (values, out = [], g = []) => { values.forEach((v, i) => { if (v != null) { out.push([mid(pts[i]), y(v)]); g.push(gaps[i]) } }); return path(out, g) };
  rules.forEach((rule, i) => k.append(P(drawn(calm[i]), 'var(--plain)', {'stroke-dasharray': DASH[rule.kind] || '8 4', 'stroke-width': rule.kind === 'no_change' ? 2 : 1.5})));
  const edge = {};
  const lane = {worse: ['m-worse', '7 4', 'var(--worse)'], better: ['m-better', '2 4', 'var(--better)'], switch: ['m-switch', null, 'var(--ink)'], moved: ['m-step', '1 3', 'var(--axis)']};
  shown.forEach((q, i) => {
    const [id, dash, color] = lane[q.kind] || lane.moved, X = x(q.x), my = small || q.kind !== 'better' ? t - 14 : t - 34;
    k.append(L(n(X), my + 8, n(X), t + ph, color, {'stroke-dasharray': dash, 'stroke-width': 1.25}), mark(id, n(X), my, 16));
    const words = q.title.replace(/\.$/, ''), room = words.length * 6.6 + 16;
    const next = shown.find((o, j) => j > i && (o.kind === 'better') === (q.kind === 'better'));
    if (small) return;
    const before = shown.slice(0, i).filter(o => (o.kind === 'better') === (q.kind === 'better')).pop(), free = Math.max(before ? x(before.x) + 10 : l, edge[my] ?? l);
    if (q.kind === 'worse' && X - room > free) { k.append(T(n(X - 13), my + 4, words, {class: 'ink', 'text-anchor': 'end'})); edge[my] = X + 8 }
    else if (X + room < (next ? x(next.x) - 10 - (next.kind === 'worse' && x(next.x) - X > room * 2.2 ? room : 0) : l + pw + 8)) { k.append(T(n(X + 13), my + 4, words, {class: 'ink'})); edge[my] = X + room }
  });
  k.append(P(line(own), 'var(--water)', {'stroke-width': 2}));
  if (!small) {
    const labels = m.lines.filter(v => v.kind !== 'model').map(v => ({y: y(v.loss ?? 0) + 4, text: `${v.name}: ${v.now}`, own: v.kind === 'own'})).sort((a, b) => a.y - b.y);
    labels.forEach((v, i) => { if (i && v.y < labels[i - 1].y + 16) v.y = labels[i - 1].y + 16 });
    const over = labels.length ? labels[labels.length - 1].y - (t + ph) : 0;
    for (const v of labels) k.append(T(l + pw + 12, n(v.y - Math.max(over, 0)), v.text, {class: v.own ? 'ink b' : null}));
  }
  reader = E('g', {}, L(0, t, 0, t + ph, 'var(--ink)'), E('circle', {r: 4, fill: 'var(--paper)', stroke: 'var(--ink)', 'stroke-width': 2}));
  reader.place = i => { const X = n(mid(pts[i])), [line, dot] = reader.children; line.setAttribute('x1', X); line.setAttribute('x2', X); dot.setAttribute('cx', X); dot.setAttribute('cy', n(y(pts[i][own] ?? 0))) };
  k.append(reader); fill(e, k);
  const at = $('at'), last = pts.length - 1, follows = cursor < 0 || cursor >= Number(at.max);
  at.max = last; at.style.marginLeft = (l - 9) + 'px'; at.style.width = (pw + 18) + 'px';
  k.addEventListener('pointermove', v => { const q = k.getBoundingClientRect(), X = (v.clientX - q.left) * w / q.width; let best = 0; pts.forEach((p, i) => { if (Math.abs(mid(p) - X) < Math.abs(mid(pts[best]) - X)) best = i }); read(best) });
  read(follows ? last : Math.min(cursor, last));
  const sample = (c, dash, sw) => E('svg', {viewBox: '0 0 28 16', 'aria-hidden': 'true'}, P('M0 8h28', c, {'stroke-dasharray': dash, 'stroke-width': sw}));
  fill($('errkey'), ...(small ? m.lines.filter(v => v.kind !== 'model').map(v => H('li', {}, sample(v.kind === 'own' ? 'var(--water)' : 'var(--plain)', DASH[v.kind], v.kind === 'own' ? 2 : 1.5), `${v.name}: ${v.now}`)) : []),
    ...(m.usual ? [H('li', {}, E('svg', {viewBox: '0 0 28 16', 'aria-hidden': 'true'}, E('rect', {width: 28, height: 16, fill: 'var(--waterfill)'})), `usual: ${fixed(m.usual[0])} to ${fixed(m.usual[1])} ${m.unit}`)] : []));
  if ($('errtable').closest('details').open || !$('errtable').children.length) {
    const every = Math.max(1, Math.ceil(pts.length / 24)), rows = [];
    for (let i = 0; i < pts.length; i += every) {
      const part = pts.slice(i, i + every), mean = at => { let s = 0, c = 0; for (const p of part) if (p[at] != null) { s += p[at] * p[3]; c += p[3] } return c ? fixed(s / c) : '–' };
      rows.push([xtext(part[0][0]), mean(own), ...rules.map((_, j) => mean(first + j))]);
    }
    table('errtable', `${m.caption}. ` + m.marks.map(q => q.title).slice(-8).join(' '), ['From', 'Millrace', ...rules.map(v => v.name)], rows);
  }
}
function read(i) {
  const m = D.mistakes, p = m && m.points[i]; if (!p || !reader) return;
  cursor = i; reader.place(i);
  const rules = m.lines.filter(l => l.kind !== 'model' && l.kind !== 'own'), first = m.lines.filter(l => l.kind === 'model').length + 5;
  const text = `${xtext(p[0])}: ${fixed(p[4])}${m.unit ? ' ' + m.unit : ''}${m.base > 1 ? ' wrong' : ''}` + rules.map((r, j) => `; ${r.name.charAt(0).toLowerCase() + r.name.slice(1)} ${fixed(p[first + j])}`).join('');
  say($('read'), text);
  const at = $('at'); if (Number(at.value) !== i) at.value = i; at.setAttribute('aria-valuetext', text);
}
function table(where, caption, heads, rows) {
  fill($(where), H('table', {}, H('caption', {}, caption), H('thead', {}, H('tr', {}, ...heads.map((c, i) => H('th', {scope: 'col', class: i ? 'n' : null}, c)))), H('tbody', {}, ...rows.map(r => H('tr', {}, ...r.map((c, i) => i ? H('td', {class: 'n'}, c) : H('th', {scope: 'row'}, c)))))));
}

/* ---------- the other parts ---------- */
function models() {
  const m = D.models, pts = D.mistakes ? D.mistakes.points : [], several = m.rows.length > 1;
  say($('modelcaption'), m.caption);
  let high = 0; for (const p of pts) for (let i = 0; i < (several ? m.rows.length : 1); i++) high = Math.max(high, p[several ? 5 + i : 4] ?? 0);
  fill($('modelhead'), ...['Model', 'Role'].map(c => H('th', {scope: 'col'}, c)), H('th', {scope: 'col', class: 'g opt'}, pts.length > 1 ? `From 0 to ${fixed(high)} ${D.mistakes.unit}` : ''), ...m.heads.filter(c => c).map((c, i) => H('th', {scope: 'col', class: i === 2 ? 'n opt' : 'n'}, c)));
  fill($('modelrows'), ...m.rows.map(r => {
    const at = several ? 5 + r.index : 4, cell = H('td', {class: 'g opt'}), x0 = pts.length ? pts[0][0] : 0, x1 = pts.length ? pts[pts.length - 1][1] : 1;
    const line = pts.filter(p => p[at] != null).map(p => [((p[0] + p[1]) / 2 - x0) / (x1 - x0) * 220, 33 - p[at] / (high || 1) * 30]);
    if (line.length > 1) {
      const k = E('svg', {viewBox: '0 0 220 34', preserveAspectRatio: 'none', height: 34, 'aria-hidden': 'true'}, E('path', {d: `M${n(line[0][0])} 33` + path(line).replace(/^M/, 'L') + `L${n(line[line.length - 1][0])} 33Z`, fill: 'var(--waterfill)'}), P(path(line), 'var(--water)', {'vector-effect': 'non-scaling-stroke'}), L(0, 33.5, 220, 33.5, 'var(--rule)', {'vector-effect': 'non-scaling-stroke'}));
      if (r.answers) for (const s of D.mistakes.marks.filter(q => q.kind === 'switch')) { const X = n((s.x - x0) / (x1 - x0) * 220); if (X >= 0) k.append(L(X, 0, X, 34, 'var(--ink)', {'vector-effect': 'non-scaling-stroke'})) }
      cell.append(k);
    }
    return H('tr', {}, H('th', {scope: 'row'}, r.name), H('td', {}, r.role), cell, H('td', {class: 'n'}, r.answers ? H('b', {}, r.wrong) : r.wrong), ...(r.caught != null ? [H('td', {class: 'n'}, r.caught), H('td', {class: 'n opt'}, r.right)] : []));
  }));
}
function slices() {
  const s = D.slices; say($('slicecaption'), s.caption);
  fill($('slicehead'), H('th', {scope: 'col'}, 'Part'), H('th', {scope: 'col', class: 'g opt'}, H('span', {class: 'vh'}, 'Drawn')), H('th', {scope: 'col', class: 'n'}, s.heads[0]), H('th', {scope: 'col', class: 'n'}, s.heads[1]), H('th', {scope: 'col', class: 'n opt'}, s.heads[2]));
  fill($('slicerows'), ...s.rows.map(r => H('tr', {}, H('th', {scope: 'row'}, r.name),
    H('td', {class: 'g opt'}, E('svg', {viewBox: '0 0 160 16', preserveAspectRatio: 'none', height: 14, 'aria-hidden': 'true'}, E('rect', {y: 5, width: 160, height: 6, fill: 'var(--grid)'}), E('rect', {y: 5, width: n(r.share * 160), height: 6, fill: 'var(--water)'}))),
    H('td', {class: 'n'}, H('b', {}, r.wrong)), H('td', {class: 'n'}, r.late), H('td', {class: 'n opt'}, r.count))));
}
function change() {
  const c = D.change; say($('t-change'), c.question);
  $('story').className = c.story.some(s => s.time.length > 5) ? 'story long' : 'story';
  fill($('story'), ...c.story.map(s => H('li', {}, H('time', {}, s.time), icon(s.icon), H('span', {}, ...(s.head ? [H('b', {}, s.head), ' '] : []), s.text))));
  fill($('sums'), ...c.sums.map(s => H('div', {}, H('dt', {}, s.name), H('dd', {}, s.value, H('small', {}, s.note)))));
  $('sums').hidden = !c.sums.length;
}
function influence() {
  const f = D.influence, x0 = f.rows[0].line[0][0], x1 = D.to, X = v => n((v - x0) / (x1 - x0 || 1) * 220);
  say($('inflcaption'), f.caption); say($('inflhead'), f.head);
  fill($('inflrows'), ...f.rows.map(r => {
    const line = r.line.map(p => [X(p[0]), 27 - p[1] / (f.high || 1) * 24]);
    const k = E('svg', {viewBox: '0 0 220 28', preserveAspectRatio: 'none', height: 28, 'aria-hidden': 'true'}, E('path', {d: `M${line[0][0]} 27` + path(line).replace(/^M/, 'L') + `L${line[line.length - 1][0]} 27Z`, fill: 'var(--waterfill)'}), P(path(line), 'var(--water)', {'vector-effect': 'non-scaling-stroke'}), L(0, 27.5, 220, 27.5, 'var(--rule)', {'vector-effect': 'non-scaling-stroke'}));
    for (const s of (D.mistakes ? D.mistakes.marks : []).filter(q => q.kind === 'switch' && q.x > x0)) k.append(L(X(s.x), 0, X(s.x), 28, 'var(--ink)', {'vector-effect': 'non-scaling-stroke'}));
    return H('tr', {}, H('th', {scope: 'row'}, r.name), H('td', {class: 'n opt'}, r.before), H('td', {class: 'g'}, k), H('td', {class: 'n'}, H('b', {}, r.now)));
  }));
}
function chances() {
  const c = D.chances, e = $('relplot'), w = wide(e), h = Math.min(350, Math.max(250, w * .7)), l = 38, r = 12, t = 8, b = 40, pw = w - l - r, ph = h - t - b, x = v => n(l + v * pw), y = v => n(t + ph - v * ph), k = svg(w, h), pc = v => v * 100 < 10 && v ? (v * 100).toFixed(1) : (v * 100).toFixed(0);
  say($('relcaption'), c.caption);
  for (const v of [0, .25, .5, .75, 1]) k.append(L(l, y(v), l + pw, y(v), v ? 'var(--grid)' : 'var(--axis)'), T(l - 7, y(v) + 4, v * 100 + (v === 1 ? ' %' : ''), {'text-anchor': 'end'}), T(x(v), t + ph + 17, v * 100 + (v === 1 ? ' %' : ''), {'text-anchor': v === 1 ? 'end' : 'middle'}));
  k.append(T(l + pw / 2, h - 4, `chance of ${c.positive} it gave`, {'text-anchor': 'middle'}), L(x(0), y(0), x(1), y(1), 'var(--axis)', {'stroke-dasharray': '6 4'}), T(x(.4) - 8, y(.5), 'too cautious', {'text-anchor': 'end'}), T(x(.62) + 8, y(.5) + 4, 'too sure'));
  for (const [, , mean, events, positives, lo, hi] of c.bins) k.append(L(x(mean), y(lo), x(mean), y(hi), 'var(--water)', {'stroke-width': 2}), E('circle', {cx: x(mean), cy: y(positives / events), r: 4.5, fill: events < 100 ? 'var(--paper)' : 'var(--water)', stroke: events < 100 ? 'var(--water)' : 'var(--paper)', 'stroke-width': 1.5}));
  fill(e, k);
  e.setAttribute('aria-label', `${c.caption}, against the chance it gave, in ${c.bins.length} ranges. ${$('chances-lead').textContent}`);
  table('reltable', c.caption, ['Chance given', 'About', 'It followed', 'Likely between', 'Outcomes'], c.bins.map(q => [`${pc(q[0])} to ${pc(q[1])} %`, pc(q[2]) + ' %', pc(q[4] / q[3]) + ' %', `${pc(q[5])} and ${pc(q[6])} %`, grouped(q[3])]));
}
function inputs() {
  fill($('dqrows'), ...D.inputs.rows.map(r => H('tr', {}, H('th', {scope: 'row'}, r.name), H('td', {class: 'n'}, r.missing || '–'),
    H('td', {class: 'g opt'}, r.missing ? E('svg', {viewBox: '0 0 160 16', preserveAspectRatio: 'none', height: 14, 'aria-hidden': 'true'}, E('rect', {y: 5, width: 160, height: 6, fill: 'var(--grid)'}), E('rect', {y: 5, width: n(r.share * 160), height: 6, fill: r.unusual ? 'var(--look)' : 'var(--water)'}), r.usual == null ? null : L(n(r.usual * 160), 1, n(r.usual * 160), 15, 'var(--ink)', {'vector-effect': 'non-scaling-stroke', 'stroke-width': 1.5})) : null),
    H('td', {class: 'n opt'}, r.before ? `${r.before} → ${r.after}` : '–'), H('td', {}, H('span', {class: r.unusual ? 'tag look' : 'tag'}, r.unusual ? icon('i-look') : null, r.unusual ? H('b', {}, r.verdict) : r.verdict)))));
  fill($('letters'), H('div', {}, H('dt', {}, 'Could not be read'), H('dd', {}, grouped(D.inputs.letters.reduce((s, q) => s + q.n, 0)), ' ', H('small', {}, 'set aside'))), ...D.inputs.letters.slice(0, 3).map(q => H('div', {}, H('dt', {}, q.why.replace(/^[\d,]+ /, '')), H('dd', {}, grouped(q.n)))));
}
function outcomes() {
  const o = D.outcomes, e = $('delplot'), w = wide(e), h = 200, l = 38, b = 24, t = 8, pw = w - l - 12, ph = h - t - b, high = o.curve.length ? o.curve[o.curve.length - 1][0] : 0, x = v => l + v / (high || 1) * pw, y = v => t + ph - v * ph, k = svg(w, h);
  say($('delcaption'), o.label); e.hidden = !high;
  for (const v of [0, .25, .5, .75, 1]) k.append(L(l, n(y(v)), l + pw, n(y(v)), v ? 'var(--grid)' : 'var(--axis)'), T(l - 7, n(y(v) + 4), v * 100 + (v === 1 ? ' %' : ''), {'text-anchor': 'end'}));
  if (high) k.append(P(path(o.curve.map(p => [x(p[0]), y(p[1])])), 'var(--water)', {'stroke-width': 2}), T(l, h - 4, '0'), T(l + pw, h - 4, o.ends[0], {'text-anchor': 'end'}));
  fill(e, k); e.setAttribute('aria-label', o.lead);
  const kinds = ['known', 'late', 'open'];
  fill($('delbar'), ...o.bar.map((v, i) => { const bar = H('i', {class: kinds[i]}); bar.style.width = n(v * 100) + '%'; return bar }));
  fill($('delfacts'), ...o.facts.map(f => H('div', {}, H('dt', {}, f.name), H('dd', {}, f.value, ...(f.note ? [' ', H('small', {}, f.note)] : [])))));
  table('deltable', o.label, ['After seconds', 'Arrived'], o.curve.filter((_, i) => i % 6 === 0).map(p => [fixed(p[0]), (p[1] * 100).toFixed(0) + ' %']));
}
function payment() {
  const c = D.payment, last = c.steps.length - 1; say($('casenote'), c.note);
  fill($('casesteps'), ...c.steps.map((s, i) => {
    const bar = H('i'); bar.style.marginLeft = n(s.from * 100) + '%'; bar.style.width = n(Math.max((s.to - s.from) * 100, .5)) + '%';
    return H('li', {class: i === last ? 'rest' : null}, H('span', {}, i === last ? '' : String(i + 1)), H('span', {}, H('b', {}, s.what), H('br'), H('span', {class: 'sub'}, s.effect)), H('span', {class: s.down ? 'push down' : 'push'}, bar, H('b', {}, s.amount)));
  }));
}
async function question(e) {
  e.preventDefault();
  try {
    const answer = await fetch(`${api}/${encodeURIComponent(name)}/predict?explain=3&partition=${$('askpart').value}`, {method: 'POST', body: $('asktext').value}), d = await answer.json();
    fill($('asked'), H('p', {}, H('b', {}, answer.ok ? d.sentence : d.detail)), ...(d.reasons ? [H('ul', {}, ...d.reasons.map(r => H('li', {}, r)))] : []));
  } catch { fill($('asked'), H('p', {}, 'Not connected to Millrace.')) }
}
function decisions() {
  fill($('logrows'), ...D.decisions.rows.map(r => H('tr', {}, H('td', {}, H('time', {}, r.time)), H('th', {scope: 'row'}, r.what, H('span', {class: 'sub'}, r.by)), H('td', {}, r.evidence))));
  $('logrows').closest('table').hidden = !D.decisions.rows.length;
}
function engineers() {
  const g = D.engineers, row = (first, ...rest) => H('tr', {}, H('th', {scope: 'row'}, first), ...rest), num = v => H('td', {class: 'n'}, v);
  fill($('detrows'), ...g.detectors.map(d => row(d.signal, H('td', {}, H('code', {}, d.detector)), num(d.statistic), num(d.threshold), H('td', {}, d.last))));
  fill($('starows'), ...g.statistics.map(s => row(H('code', {}, s.name), num(s.recent), num(s.all))));
  $('t-off').closest('section').hidden = !g.tasks.length;
  fill($('offrows'), ...g.tasks.map(q => row(q.task, H('td', {}, q.champion), ...[q.end, q.committed, q.lag, q.snapshot, q.memory].map(num))));
}

/* ---------- all of it ---------- */
const PARTS = {stages: 'Stages', mistakes: 'Mistakes', models: 'Models', slices: 'Parts', change: 'What changed', influence: 'Influence', chances: 'Chances', outcomes: 'Outcomes', payment: 'One answer', inputs: 'Inputs', decisions: 'Decisions'};
function draw() {
  if (!D) return;
  for (const id in PARTS) {
    $(id).hidden = !D[id];
    if (D[id]) say($(id + '-lead'), D[id].lead);
  }
  $('engineers').hidden = !D.engineers;
  const ids = Object.keys(PARTS).filter(id => D[id]).concat(D.engineers ? ['engineers'] : []);
  if ($('toc').dataset.ids !== ids.join()) { $('toc').dataset.ids = ids.join(); fill($('toc'), ...ids.map(id => H('li', {}, H('a', {href: '#' + id}, PARTS[id] || 'For engineers')))) }
  if (D.stages) { say($('t-stages'), `Where are the ${D.items} now?`); stages(D.stages) }
  if (D.mistakes) mistakes();
  if (D.models) models();
  if (D.slices) slices();
  if (D.change) change();
  if (D.influence) influence();
  if (D.chances) chances();
  if (D.outcomes) outcomes();
  if (D.payment) payment();
  if (D.inputs) inputs();
  decisions(); engineers(); pictures();
  const iso = x => new Date(x * 1000).toISOString().slice(0, 19) + 'Z';
  for (const a of document.querySelectorAll('.perma')) { const id = a.getAttribute('href').replace(/.*#/, ''); a.setAttribute('href', clock() ? `?topology=${encodeURIComponent(D.topology)}&from=${iso(D.from)}&to=${iso(D.to)}#${id}` : '#' + id) }
}
function show(d) {
  const isFirst = !D; D = d;
  head(d); fill($('topic'), H('b', {}, d.topology), H('span', {}, d.source ? ' on ' + d.source : ''));
  draw();
  if (isFirst && location.hash.length > 1) { const e = $(location.hash.slice(1)); if (e) e.scrollIntoView() }
}
let frame = 0;
const later = f => { cancelAnimationFrame(frame); frame = requestAnimationFrame(f) };
let width = 0;
function start() {
  new ResizeObserver(() => { if (innerWidth !== width) { width = innerWidth; later(draw) } }).observe(document.body);
  addEventListener('beforeprint', draw);
  $('ask').addEventListener('submit', question);
  $('at').addEventListener('input', e => read(Number(e.target.value)));
  $('errtable').closest('details').addEventListener('toggle', () => later(draw));
  if ($('data')) {
    document.body.classList.add('report'); show(JSON.parse($('data').textContent));
    document.body.dataset.conn = 'live'; fill($('foot'), 'Written by Millrace. Everything this page shows stands within it: it asks for nothing.');
  } else online();
}

/* ---------- the program ---------- */
const api = 'api/v1/topologies';
const RANGES = [['10m', '10 min'], ['1h', '1 h'], ['6h', '6 h'], ['24h', '24 h'], ['7d', '7 d']];
let name = Q.get('topology'), stream = null, wait = 1, since = 0, heard = 0, asked = 0, newest = -1, isAsking = false;
const query = () => Q.get('from') && Q.get('to') ? `?from=${encodeURIComponent(Q.get('from'))}&to=${encodeURIComponent(Q.get('to'))}` : Q.get('last') ? `?last=${encodeURIComponent(Q.get('last'))}` : '';
const moves = () => !(Q.get('from') && Q.get('to'));
async function ask() {
  if (isAsking) return; isAsking = true; asked = Date.now();
  try {
    const answer = await fetch(`${api}/${encodeURIComponent(name)}/page${query()}`);
    const d = await answer.json();
    if (answer.ok) { show(d); ranges(); connected() }
    else if (answer.status === 400 && query()) { remark = d.detail + ' The page shows the usual range.'; banner(); for (const k of ['last', 'from', 'to']) Q.delete(k); setTimeout(ask, 50) }
    else lost(d.detail);
  } catch { lost() } finally { isAsking = false }
}
function ranges() {
  const now = Q.get('last') || (moves() ? RANGES.map(r => r[0])[[600, 3600, 21600, 86400, 604800].indexOf(Math.round(D.to - D.from))] : ''), link = v => `?topology=${encodeURIComponent(name)}&last=${v}`;
  if ($('ranges').dataset.now === now) return; $('ranges').dataset.now = now;
  fill($('ranges'), ...RANGES.map(([v, text]) => H('li', {}, H('a', {href: link(v), 'aria-current': v === now ? 'true' : null}, text))), ...(moves() ? [] : [H('li', {}, H('a', {href: location.search, 'aria-current': 'true'}, 'Dates'))]));
}
function connected() { heard = Date.now(); since = 0; wait = 1 }
function lost(why) {
  if (!since) since = Date.now();
  document.body.dataset.conn = 'offline'; say($('live').lastChild, 'Not connected');
  banner(why || `Not connected to Millrace since ${hm(since / 1000, true)} UTC. The page shows the last numbers it received and tries again by itself.`);
}
function listen() {
  if (!moves() || document.hidden) return;
  stream = new EventSource(`${api}/${encodeURIComponent(name)}/events`);
  stream.onmessage = e => {
    const d = JSON.parse(e.data); connected();
    later(() => {
      head(d); if (!D) return;
      pulse(d.stages.lead, d.stages.list);
      const isNew = newest >= 0 && d.newest !== newest; newest = d.newest;
      const every = D.to - D.from <= 700 ? 1800 : 60000;
      if (isNew || Date.now() - asked > every) ask();
    });
  };
  stream.onerror = () => { close(); lost(); setTimeout(() => { listen(); ask() }, (wait + Math.random()) * 1000); wait = Math.min(wait * 2, 30) };
}
function close() { if (stream) { stream.close(); stream = null } }
async function online() {
  setTimeout(() => { if (!D) say($('h1'), 'Reading what is known.') }, 300);
  try {
    const all = await (await fetch(api)).json();
    if (!name || !all.topologies.some(t => t.name === name)) { if (name) { remark = `There is no topology ${name} here.`; banner() } name = all.topologies.length ? all.topologies[0].name : null }
    if (!name) { say($('h1'), 'Starting. No topology runs yet.'); return setTimeout(online, 1000) }
    if (all.topologies.length > 1) { $('topics').hidden = false; fill($('topics'), ...all.topologies.map(t => H('a', {href: '?topology=' + encodeURIComponent(t.name), 'aria-current': t.name === name ? 'page' : null}, t.name))) }
  } catch { lost(); return setTimeout(online, 5000) }
  fill($('foot'), H('a', {href: `${api}/${encodeURIComponent(name)}`}, 'API'), ' · ', H('a', {href: 'metrics'}, 'metrics'), ' · ', H('a', {href: `${api}/${encodeURIComponent(name)}/report` + query()}, 'report to forward'), ' · ', H('a', {href: `${api}/${encodeURIComponent(name)}/mistakes.csv` + query()}, 'mistakes as CSV'));
  await ask(); listen();
  document.addEventListener('visibilitychange', () => { if (document.hidden) close(); else if (!stream) { ask(); listen() } });
  setInterval(() => { if (document.body.dataset.conn === 'live' && heard) say($('live').lastChild, moves() ? `Live, ${Math.max(1, Math.round((Date.now() - heard) / 1000))} s ago` : 'Standing still') }, 1000);
}
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start); else start();
})();
