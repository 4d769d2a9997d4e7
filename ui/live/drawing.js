// What the one-file sandbox and the app draw alike: lines by day, dots by how crises end, and a verdict's names.

const TAGS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const safe = (text) => String(text).replace(/[&<>"']/g, (c) => TAGS[c]);

const LEFT = 46, RIGHT = 12, TOP = 8, FOOT = 24; // px around the lines

/** Round ends of an axis and the step between its lines. */
function ends(low, high) {
  const rough = Math.max(high - low, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((m) => m * power >= rough) * power;
  return [Math.floor(low / step) * step, Math.max(Math.ceil(high / step) * step, Math.floor(low / step) * step + step), step];
}

/** Lines by day ({colour, dash, values}) into an SVG of that size; `from`, `to`: what the axis reaches at least. While the axis
 * stays only the lines are drawn anew: text is what takes a browser longest. */
function drawLines(svg, lines, dates, { from, to, level }, wide, tall) {
  let [least, most] = [from, to];
  for (const { values } of lines) for (const v of values) [least, most] = [Math.min(least, v), Math.max(most, v)];
  const [low, high, step] = ends(least, most);
  const x = (d) => LEFT + (d / (dates.length - 1)) * (wide - LEFT - RIGHT);
  const y = (v) => tall - FOOT - ((v - low) / (high - low)) * (tall - FOOT - TOP);
  const axis = [low, high, wide, tall, dates[0], dates.length, ...lines.map(({ colour }) => colour)].join(" ");
  if (svg.dataset.axis !== axis) {
    svg.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
    svg.innerHTML = axes() + lines.map(({ colour, dash }) => `<polyline fill="none" stroke="${colour}" stroke-width="2.4" stroke-dasharray="${dash}"/>`).join("");
    svg.dataset.axis = axis;
  }
  svg.querySelectorAll("polyline").forEach((line, k) => {
    line.setAttribute("points", lines[k].values.map((v, d) => `${x(d).toFixed(1)},${y(v).toFixed(1)}`).join(" "));
  });

  function axes() {
    const parts = [];
    const across = (v) => `x1="${LEFT}" x2="${wide - RIGHT}" y1="${y(v)}" y2="${y(v)}"`;
    for (let v = low; v <= high + step / 2; v += step)
      parts.push(`<line class="grid" ${across(v)}/><text x="${LEFT - 6}" y="${y(v) + 4}" text-anchor="end">${Number(v.toFixed(6)).toLocaleString("en")}</text>`);
    ["start", "middle", "middle", "end"].forEach((anchor, k) => {
      const d = Math.round((k / 3) * (dates.length - 1));
      parts.push(`<text x="${x(d)}" y="${tall - 6}" text-anchor="${anchor}">${safe(dates[d])}</text>`);
    });
    if (level !== null && level <= high) parts.push(`<line class="level" ${across(level)}/>`);
    return parts.join("");
  }
}

/** An element's only SVG, which is made where there is none. */
function svgIn(place) {
  if (!place.firstElementChild) place.innerHTML = "<svg></svg>";
  return place.firstElementChild;
}

/** Dots of crises by how they end, worst first, `names` being the ends' from best to worst; the rest of `whole` is still to come. */
function dots(counts, names, whole) {
  const come = counts.reduce((a, b) => a + b, 0);
  const drawn = [2, 1, 0].map((end) => `<i class="sb-dot sb-${names[end]}"></i>`.repeat(counts[end])).join("");
  return drawn + '<i class="sb-dot sb-wait"></i>'.repeat(Math.max(whole - come, 0));
}

/** How many crises of a policy, judged so far, ended in each way; `shares` are the outcomes' keys, 100 where one ended so. */
const ended = (judgedPaths, shares) => shares.map((key) => judgedPaths.filter((one) => one.values[key] > 50).length);

/** A verdict with the policies' names set strong. */
function strong(text, names) {
  const longest = [...names].sort((a, b) => b.length - a.length).map((n) => safe(n).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return safe(text).replace(new RegExp(longest.join("|"), "g"), (name) => `<strong>${name}</strong>`);
}
