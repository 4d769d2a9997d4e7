// Written by `python -m ui.live.picture` out of the film's frames, words and drawing; not by hand.
// What the translated modules need of NumPy, and no more. Arrays are plain: short typed ones are slow to make.

const NOUGHT = 0.5; // a first entry that is no whole number, so that all of the array is kept as numbers with a point
const blanks = []; // zeros by length: copying one is the cheapest way to such an array

function full(n, value) {
  if (!blanks[n]) {
    blanks[n] = span(0, n).map(() => NOUGHT);
    for (let k = 0; k < n; k += 1) blanks[n][k] = 0;
  }
  const array = blanks[n].slice();
  if (value !== 0) for (let k = 0; k < n; k += 1) array[k] = value;
  return array;
}
/** Zeros: an array (n), or rows of them (n, m). */
const zeros = (shape) => (Array.isArray(shape) ? span(0, shape[0]).map(() => full(shape[1], 0)) : full(shape, 0));
const ones = (n) => full(n, 1);
const copied = (a) => (Array.isArray(a[0]) ? a.map((row) => row.slice()) : a.slice());
const arange = (n) => span(0, n);
const ascending = (a) => Float64Array.from(a).sort();
function span(from, to) {
  const numbers = [];
  for (let k = from; k < to; k += 1) numbers.push(k);
  return numbers;
}

// And of Python itself.

/** Whether Python would take a value for true: not an empty list or text, nothing, or zero. */
const truth = (x) => (Array.isArray(x) ? x.length > 0 : Boolean(x));
const zipped = (a, b) => Array.from(a, (x, k) => [x, b[k]]);
const sumOf = (a) => Array.from(a).reduce((x, y) => x + y, 0);
/** Which of two keys comes first: numbers, text, or lists entry by entry. */
function precedes(a, b) {
  if (!Array.isArray(a)) return a < b ? -1 : a > b ? 1 : 0;
  for (let k = 0; k < a.length; k += 1) if (precedes(a[k], b[k])) return precedes(a[k], b[k]);
  return 0;
}
const ordered = (a, key = (x) => x) => Array.from(a).sort((x, y) => precedes(key(x), key(y)));
const minBy = (a, key) => ordered(a, key)[0];
const maxBy = (a, key) => Array.from(a).reduce((x, y) => (precedes(key(y), key(x)) > 0 ? y : x));

/** A number as Python's format writes it with so many digits, `,.2f` or `.1f`: exact halves go to the even digit, as there. */
function formatted(value, form) {
  const digits = Number(form.match(/^,?\.(\d+)f$/)[1]);
  const scaled = Math.abs(value) * 10 ** digits;
  const tied = scaled % 1 === 0.5 && Number.isInteger(Math.abs(value) * 2 ** 20);
  const size = tied ? (2 * Math.round(scaled / 2)) / 10 ** digits : Math.abs(value);
  const [whole, part] = size.toFixed(digits).split(".");
  const grouped = form.startsWith(",") ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + grouped + (part === undefined ? "" : `.${part}`);
}
// models.reference.arithmetic
function positive(x) {
  return Math.max(x, 0.0);
}
function ratio(part, whole) {
  return ((whole > 0) ? (part / whole) : 0.0);
}
function sum3(a) {
  return ((a[0] + a[1]) + a[2]);
}
function sum4(a) {
  return (((a[0] + a[1]) + a[2]) + a[3]);
}

// ui.film.frames
const FilmSetting = (unhurried_share, slack_bn, recycled_share) => ({ unhurried_share, slack_bn, recycled_share });
const Frame = (investor_bonds, investor_cash, investor_repo, fund_bonds, fund_repo, fund_equity, fund_margin, fund_cash, dealer_bonds, dealer_lent, dealer_use_pct, lender_lent, lender_cash, public_bonds, public_lent, public_direct, forced, funds_to_dealers, funds_to_public, investors_to_dealers, investors_to_public, dealers_to_public, issued, issued_to_dealers, sold_for_cash, margin_called, margin_released, lost, withdrawn, unfunded, failed, dislocation_bp) => ({ investor_bonds, investor_cash, investor_repo, fund_bonds, fund_repo, fund_equity, fund_margin, fund_cash, dealer_bonds, dealer_lent, dealer_use_pct, lender_lent, lender_cash, public_bonds, public_lent, public_direct, forced, funds_to_dealers, funds_to_public, investors_to_dealers, investors_to_public, dealers_to_public, issued, issued_to_dealers, sold_for_cash, margin_called, margin_released, lost, withdrawn, unfunded, failed, dislocation_bp });
function frame(setting, first, before, now, issued_before, issued) {
  let bought, dealers, delivered, direct, funds_repo, held, lent, margin, margin_before, market, stock, taken, through, to_public, unhurried, were;
  [held, were] = [sum3(now.positions_bn), sum3(before.positions_bn)];
  market = sum3(now.market_sales_bn);
  dealers = (now.inventory_bn + now.pairs_bn);
  bought = ((sum4(now.outright_bn) - sum4(before.outright_bn)) + sum3(now.hedged_purchases_bn));
  delivered = (((bought + sum3(now.vehicle_purchases_bn)) - sum3(now.vehicle_sales_bn)) - (public_bonds(now) - public_bonds(before)));
  unhurried = (setting.unhurried_share * bought);
  to_public = (((bought - unhurried) + now.vehicle_from_dealers_bn) - sum3(now.vehicle_sales_bn));
  funds_repo = ((1 - (now.haircut_pct / 100)) * held);
  direct = Math.min(now.facility_bn[2], funds_repo);
  through = (now.facility_bn[0] + now.facility_bn[1]);
  stock = positive((now.inventory_bn - first.inventory_bn));
  lent = positive(((((funds_repo - direct) + now.client_financing_bn) + stock) - through));
  margin_before = ratio(before.initial_margin_bn, were);
  margin = ((held > 0) ? (now.initial_margin_bn / held) : margin_before);
  taken = (((((issued_before + issued) - held) - dealers) - public_bonds(now)) + held_by_others(first));
  return Frame(taken, (((now.money_fund_run_bn + now.client_financing_bn) - first.client_financing_bn) - taken), now.client_financing_bn, held, funds_repo, now.fund_equity_bn, now.initial_margin_bn, ((((now.fund_equity_bn + funds_repo) + marked(now)) - held) - now.initial_margin_bn), dealers, ((funds_repo - direct) + now.client_financing_bn), now.dealer_use_pct, lent, positive((private_cash(setting, first, now) - lent)), public_bonds(now), (through + direct), direct, sum3(now.forced_sales_bn), market, (sum3(now.forced_sales_bn) - market), (((((dealers - before.inventory_bn) - before.pairs_bn) - market) - now.excess_award_bn) + to_public), (unhurried - delivered), to_public, issued, now.excess_award_bn, (sum4(now.real_money_sales_bn) + sum4(now.client_sales_bn)), positive((were * (margin - margin_before))), ((margin * (were - held)) + positive((were * (margin_before - margin)))), positive((before.fund_equity_bn - now.fund_equity_bn)), (now.money_fund_run_bn - before.money_fund_run_bn), now.missing_funding_bn, now.defaults, now.dislocation_bp[2]);
}
function public_bonds(now) {
  return ((sum4(now.outright_bn) + sum3(now.hedged_bn)) + sum3(now.vehicle_bn));
}
function held_by_others(now) {
  return (((sum3(now.positions_bn) + now.inventory_bn) + now.pairs_bn) + public_bonds(now));
}
function marked(now) {
  let held, loss;
  [loss, held] = [now.price_loss_points, now.positions_bn];
  return ((((held[0] * loss[0]) + (held[1] * loss[1])) + (held[2] * loss[2])) / 100);
}
function private_cash(setting, first, now) {
  let calm;
  calm = (((1 - (first.haircut_pct / 100)) * sum3(first.positions_bn)) + setting.slack_bn);
  return positive(((calm - ((1 - setting.recycled_share) * now.money_fund_run_bn)) - now.cash_drain_bn));
}
function frames_of(setting, records, sizes) {
  let day, issued, shown;
  [shown, issued] = [[frame(setting, records[0], records[0], records[0], 0.0, 0.0)], 0.0];
  for (day = 1; day < records.length; day += 1) {
    shown.push(frame(setting, records[0], records[(day - 1)], records[day], issued, sizes[day]));
    issued += sizes[day];
  }
  return shown;
}

// ui.words.amounts
function percent(value, signed = true) {
  let sign, text;
  text = ((Math.abs(value) >= 1) ? `${formatted(Math.abs(value), `.1f`)}` : `${formatted(Math.abs(value), `.2f`)}`);
  sign = ((Number(text) === 0) ? "" : ((value < 0) ? "−" : (truth(signed) ? "+" : "")));
  return `${sign}${((Number(text) === 0) ? "0" : text)}%`;
}
function amount(value, unit, signed = false) {
  let digits, sign, text;
  digits = _digits(value, unit);
  text = `${formatted(Math.abs(value), `,.${digits}f`)}`;
  if ((Number(text.replaceAll(",", "")) === 0)) {
    [text, sign] = ["0", ""];
  }
  else {
    sign = ((value < 0) ? "−" : (truth(signed) ? "+" : ""));
  }
  if ((["$bn", "$mn"].includes(unit))) {
    return `${sign}$${text}${unit.slice(1)}`;
  }
  return (truth(unit.startsWith("%")) ? `${sign}${text}%` : `${sign}${text} ${unit}`);
}
function _digits(value, unit) {
  let size;
  size = Math.abs(value);
  if ((["$bn", "$mn"].includes(unit))) {
    return ((size < 1) ? 2 : ((size < 100) ? 1 : 0));
  }
  return ((size < 1000) ? 1 : 0);
}
function bare(value, digits) {
  let text;
  text = `${formatted(Math.abs(value), `,.${digits}f`)}`;
  return (((value < 0) && Number(text.replaceAll(",", ""))) ? `−${text}` : text);
}
function listed(items) {
  if ((!truth(items))) {
    return "nothing";
  }
  return ((items.length === 1) ? items[0] : `${items.slice(0, (-1)).join(", ")} and ${items.at((-1))}`);
}

// ui.film.sentences
const SMALL = 0.5;
const SMALL_CALL = 0.1;
const FULL = 95.0;
function bn(value) {
  return amount(value, "$bn");
}
function day_sentence(before, now, day) {
  let happened;
  if ((day === 0)) {
    return opening_sentence(now);
  }
  happened = [cause(now), answer(before, now)].filter((part) => (part !== "")).map((part) => part).join(" ");
  return `${happened} ${standing(now)}`;
}
function opening_sentence(now) {
  if ((now.fund_bonds < SMALL)) {
    return `Before it begins: no fund holds a trade, and dealers use ${share(now.dealer_use_pct)} of their balance sheets.`;
  }
  return `Before it begins: hedge funds hold ${bn(now.fund_bonds)} of bonds on ${bn(now.fund_equity)} of their own money, and dealers use ${share(now.dealer_use_pct)} of their balance sheets.`;
}
function share(percent) {
  return `${formatted(percent, `.0f`)}%`;
}
function cause(now) {
  let groups, more;
  if ((now.failed > 0)) {
    groups = ((now.failed < 2) ? "A group of hedge funds has" : `Of the hedge funds ${formatted(now.failed, `.0f`)} groups have`);
    return `${groups} no money left: ${bn(now.forced)} of bonds must be sold today.`;
  }
  if ((now.forced >= SMALL)) {
    more = ((now.sold_for_cash >= SMALL) ? ` Investors who need cash sell ${bn(now.sold_for_cash)} too.` : "");
    return `Hedge funds must sell ${bn(now.forced)} of bonds${reasons(now)}.${more}`;
  }
  if ((now.sold_for_cash >= SMALL)) {
    return `Investors who need cash sell ${bn(now.sold_for_cash)} of bonds.`;
  }
  if ((now.withdrawn >= SMALL)) {
    return `Savers take ${bn(now.withdrawn)} out of money funds, which lend less.`;
  }
  if (((now.margin_called + now.lost) >= SMALL)) {
    return `Funds pay${cash_called(now)} out of their cash; nobody must sell.`;
  }
  if ((now.issued > 0)) {
    return `The Treasury sells ${bn(now.issued)} of new bonds, and nobody else must sell.`;
  }
  return "A quiet day: nobody must sell.";
}
function reasons(now) {
  let called, loans;
  called = cash_called(now);
  if ((now.unfunded >= SMALL)) {
    loans = `${bn(now.unfunded)} of loans is not renewed`;
    return ((called !== "") ? `: ${loans}, after${called}` : `: ${loans}`);
  }
  return ((called !== "") ? ` after${called}` : "");
}
function cash_called(now) {
  let losses, margin;
  margin = ((now.margin_called >= SMALL_CALL) ? [`margin calls of ${bn(now.margin_called)}`] : []);
  losses = ((now.lost >= SMALL_CALL) ? [`losses of ${bn(now.lost)}`] : []);
  return (((margin.length + losses.length) > 0) ? ` ${listed([...margin, ...losses])}` : "");
}
function answer(before, now) {
  let bought, first, parts;
  bought = (now.dealers_to_public + now.investors_to_public);
  parts = [];
  if ((now.funds_to_public >= SMALL)) {
    parts.push(`takes ${bn(now.funds_to_public)} straight from funds`);
  }
  if ((bought >= SMALL)) {
    parts.push(`buys ${bn(bought)}`);
  }
  if (((now.public_lent - before.public_lent) >= SMALL)) {
    parts.push(`lends ${bn((now.public_lent - before.public_lent))} more`);
  }
  if ((bought <= (-SMALL))) {
    parts.push(`parts with ${bn((-bought))}`);
  }
  if ((parts.length === 0)) {
    return "";
  }
  first = ((before.public_bonds < SMALL) && (before.public_lent < SMALL));
  return (truth(first) ? `The Fed steps in: it ${listed(parts)}.` : `The Fed ${listed(parts)}.`);
}
function standing(now) {
  let full, gap, more, use;
  full = ((FULL <= now.dealer_use_pct && now.dealer_use_pct < 99.5) ? "nearly " : "");
  use = ((now.dealer_use_pct >= FULL) ? `${full}full` : `${share(now.dealer_use_pct)} full`);
  more = ((now.dislocation_bp > 0) ? "more" : "less");
  gap = ((Math.abs(now.dislocation_bp) < 0.5) ? "what they normally do" : `${amount(Math.abs(now.dislocation_bp), "bp")} ${more} than normal`);
  return `Dealers' balance sheets are ${use}; 10-year bonds yield ${gap}.`;
}

// ui.film.layouts
const BOX_HEIGHT = 118.0;
const SECTORS = ["investors", "public", "dealers", "lenders", "funds"];
const BONDS = ["investors dealers", "dealers public", "funds dealers", "funds public", "investors public", "treasury dealers"];
const LOANS = ["lenders dealers", "dealers funds", "public dealers", "public funds", "dealers investors"];
const CALLS = ["lenders investors", "funds clearing"];
const Pipe = (x1, y1, x2, y2, label_x, label_y, anchor, turn) => ({ x1, y1, x2, y2, label_x, label_y, anchor, turn });
const Layout = (name, width, height, box_width, boxes, clearing, bonds, loans, calls) => ({ name, width, height, box_width, boxes, clearing, bonds, loans, calls });
const WIDE = Layout("wide", 640.0, 398.0, 188.0, [[4.0, 6.0], [448.0, 6.0], [226.0, 140.0], [4.0, 274.0], [448.0, 274.0]], [320.0, 348.0], [Pipe(150.0, 124.0, 226.0, 186.0, 140.0, 152.0, "end", "end"), Pipe(414.0, 186.0, 490.0, 124.0, 500.0, 152.0, "start", "start"), Pipe(490.0, 274.0, 414.0, 212.0, 500.0, 242.0, "start", "end"), Pipe(598.0, 274.0, 598.0, 124.0, 588.0, 196.0, "end", ""), Pipe(192.0, 36.0, 448.0, 36.0, 320.0, 14.0, "middle", ""), Pipe(320.0, 90.0, 320.0, 140.0, 320.0, 66.0, "middle", "")], [Pipe(150.0, 274.0, 226.0, 212.0, 0.0, 0.0, "", "end"), Pipe(414.0, 230.0, 466.0, 274.0, 0.0, 0.0, "", "start"), Pipe(466.0, 124.0, 414.0, 168.0, 0.0, 0.0, "", "end"), Pipe(620.0, 124.0, 620.0, 274.0, 0.0, 0.0, "", ""), Pipe(226.0, 168.0, 174.0, 124.0, 0.0, 0.0, "", "start")], [Pipe(42.0, 274.0, 42.0, 124.0, 54.0, 196.0, "start", ""), Pipe(448.0, 348.0, 376.0, 348.0, 412.0, 316.0, "middle", "")]);
const NARROW = Layout("narrow", 360.0, 592.0, 170.0, [[2.0, 24.0], [188.0, 24.0], [95.0, 206.0], [2.0, 388.0], [188.0, 388.0]], [273.0, 568.0], [Pipe(125.0, 142.0, 125.0, 206.0, 114.0, 170.0, "end", ""), Pipe(235.0, 206.0, 235.0, 142.0, 246.0, 170.0, "start", ""), Pipe(235.0, 388.0, 235.0, 324.0, 246.0, 352.0, "start", ""), Pipe(332.0, 388.0, 332.0, 142.0, 322.0, 258.0, "end", ""), Pipe(172.0, 100.0, 188.0, 100.0, 0.0, 0.0, "", ""), Pipe(180.0, 26.0, 180.0, 206.0, 180.0, 4.0, "middle", "")], [Pipe(125.0, 388.0, 125.0, 324.0, 0.0, 0.0, "", ""), Pipe(212.0, 324.0, 212.0, 388.0, 0.0, 0.0, "", ""), Pipe(212.0, 142.0, 212.0, 206.0, 0.0, 0.0, "", ""), Pipe(348.0, 142.0, 348.0, 388.0, 0.0, 0.0, "", ""), Pipe(150.0, 206.0, 150.0, 142.0, 0.0, 0.0, "", "")], [Pipe(30.0, 388.0, 30.0, 142.0, 40.0, 258.0, "start", ""), Pipe(273.0, 506.0, 273.0, 551.0, 262.0, 526.0, "end", "")]);

// ui.film.drawing
const TITLES = ["Investors", "The Fed", "Dealers", "Money funds", "Hedge funds"];
const ABOUT = ["asset managers, pensions", "and its vehicle", "trade with all others", "and banks: lend overnight", "bonds on borrowed money"];
const [PAD, FIRST_ROW, ROW] = [10.0, 51.0, 25.0];
const PALE = 0.3;
const TANK = 110.0;
const [THIN, THICK] = [2.5, 11.5];
const Measure = (stock, flow, loan) => ({ stock, flow, loan });
const BoxLine = (what, value, text, tone) => ({ what, value, text, tone });
const Flow = (value, verb, tone) => ({ value, verb, tone });
function measure_of(films) {
  let flow, frames, lent, loan, now, one, row, rows, stock;
  [stock, flow, loan] = [1.0, 1.0, 1.0];
  for (frames of films) {
    for (now of frames) {
      for (rows of boxes(now)) {
        for (row of rows) {
          stock = Math.max(stock, ((row.tone !== "use") ? Math.abs(row.value) : 0.0));
        }
      }
      for (one of bonds(now)) {
        flow = Math.max(flow, Math.abs(one.value));
      }
      for (lent of loans(now)) {
        loan = Math.max(loan, lent);
      }
    }
  }
  return Measure(stock, flow, loan);
}
function boxes(now) {
  let cash, sold;
  sold = (-now.investor_bonds);
  cash = ((now.investor_cash >= 0) ? "Cash raised" : "Cash spent");
  return [[money(((sold > 0) ? "Bonds sold" : "Bonds bought"), Math.abs(sold), "bond"), money(cash, Math.abs(now.investor_cash), "cash"), money("Borrowed", now.investor_repo, "loan")], [money("Bonds held", now.public_bonds, "bond"), money("Lent", now.public_lent, "loan"), money("Cash paid out", (now.public_bonds + now.public_lent), "cash")], [money("Bonds held", now.dealer_bonds, "bond"), money("Lent", now.dealer_lent, "loan"), BoxLine("Balance sheet full", now.dealer_use_pct, share(now.dealer_use_pct), "use")], [money("Lent", now.lender_lent, "loan"), money("Cash left to lend", now.lender_cash, "cash"), money("In all", (now.lender_lent + now.lender_cash), "own")], [money("Bonds held", now.fund_bonds, "bond"), money("Own money", now.fund_equity, "own"), money("Cash at hand", now.fund_cash, "cash")]];
}
function money(what, value, tone) {
  return BoxLine(what, value, bn(value), tone);
}
function bonds(now) {
  return [Flow(now.investors_to_dealers, ((now.investors_to_dealers > 0) ? "sell" : "buy"), "bond"), Flow(now.dealers_to_public, ((now.dealers_to_public > 0) ? "buys" : "sells"), "bond"), Flow(now.funds_to_dealers, "must sell", "forced"), Flow(now.funds_to_public, "takes", "forced"), Flow(now.investors_to_public, ((now.investors_to_public > 0) ? "buys" : "delivers"), "bond"), Flow(now.issued, "Treasury sells", "bond")];
}
function loans(now) {
  return [now.lender_lent, Math.max((now.fund_repo - now.public_direct), 0.0), (now.public_lent - now.public_direct), now.public_direct, Math.max(now.investor_repo, 0.0)];
}
function calls(now) {
  return [Flow(now.withdrawn, ((now.withdrawn > 0) ? "taken out" : "put back"), "cash"), Flow(now.margin_called, "margin call", "forced")];
}
function described(now) {
  let k, moved, told;
  told = [];
  for (k = 0; k < SECTORS.length; k += 1) {
    told.push(`${TITLES[k]}: ${listed(boxes(now)[k].map((row) => `${row.what} ${row.text}`))}.`);
  }
  moved = moves_in_words(now);
  return ((moved.length > 0) ? [...told, `Today: ${listed(moved)}.`] : told).join(" ");
}
function moves_in_words(now) {
  let buyer, ends, k, one, seller, told;
  told = [];
  for (k = 0; k < BONDS.length; k += 1) {
    [one, ends] = [bonds(now)[k], BONDS[k].split(" ")];
    [seller, buyer] = ((one.value < 0) ? [ends[1], ends[0]] : [ends[0], ends[1]]);
    if ((Math.abs(one.value) >= SMALL)) {
      told.push(`${bn(Math.abs(one.value))} of bonds from ${called(seller)} to ${called(buyer)}`);
    }
  }
  return told;
}
function called(sector) {
  let names;
  names = ({["public"]: "the Fed", ["treasury"]: "the Treasury", ["funds"]: "hedge funds"});
  return ((["public", "treasury", "funds"].includes(sector)) ? names[sector] : sector);
}
function drawing(now, opening, measure, layout, lit, bare) {
  let due, flows, lent, moved, passed, pipes, run, said, strong;
  run = bonds(now);
  moved = calls(now);
  lent = loans(now);
  pipes = span(0, LOANS.length).map((k) => tube(layout.loans[k], lent[k], measure, shade(LOANS[k], lit), bare));
  strong = span(0, BONDS.length).map((k) => ((Math.abs(run[k].value) < SMALL) ? 0.0 : shade(BONDS[k], lit)));
  due = span(0, CALLS.length).map((k) => ((Math.abs(moved[k].value) < SMALL_CALL) ? 0.0 : shade(CALLS[k], lit)));
  flows = [...span(0, BONDS.length).map((k) => flow(layout.bonds[k], run[k], measure, strong[k])), ...span(0, CALLS.length).map((k) => flow(layout.calls[k], moved[k], measure, due[k]))];
  said = (truth(bare) ? "The market's plumbing." : described(now));
  passed = (truth(bare) ? "" : flows.join(""));
  return `<svg xmlns="http://www.w3.org/2000/svg" class="film-picture film-${layout.name}" viewBox="0 0 ${formatted(layout.width, `.0f`)} ${formatted(layout.height, `.0f`)}" role="img" aria-label="${said}">${pipes.join("")}${passed}${house(now, layout, lit, bare)}${span(0, SECTORS.length).map((k) => box(k, now, opening, measure, layout, lit, bare)).join("")}</svg>`;
}
function shade(name, lit) {
  let dark;
  dark = name.split(" ").filter((end) => ((!lit.includes(end)) && (!["treasury", "clearing"].includes(end)))).map((end) => end);
  return (((lit.length > 0) && (dark.length > 0)) ? PALE : 1.0);
}
function tube(pipe, lent, measure, strength, bare) {
  let opacity, width;
  width = (truth(bare) ? 4.0 : (THIN + ((THICK * lent) / measure.loan)));
  opacity = ((bare || (lent >= SMALL)) ? strength : 0.0);
  return `<path class="film-tube" d="${course(pipe)}" stroke-width="${formatted(width, `.1f`)}" opacity="${formatted(opacity, `.2f`)}"/>`;
}
function course(pipe) {
  let corner, head, tail;
  head = `M${formatted(pipe.x1, `.0f`)},${formatted(pipe.y1, `.0f`)}`;
  tail = `${formatted(pipe.x2, `.0f`)},${formatted(pipe.y2, `.0f`)}`;
  if ((pipe.turn === "")) {
    return `${head} L${tail}`;
  }
  corner = ((pipe.turn === "end") ? `${formatted(pipe.x1, `.0f`)},${formatted(pipe.y2, `.0f`)}` : `${formatted(pipe.x2, `.0f`)},${formatted(pipe.y1, `.0f`)}`);
  return `${head} C${corner} ${corner} ${tail}`;
}
function flow(pipe, one, measure, strength) {
  let back, label, width;
  width = (THIN + (THICK * Math.min((Math.abs(one.value) / measure.flow), 1.0)));
  back = ((one.value < 0) ? " film-back" : "");
  label = "";
  if ((pipe.anchor !== "")) {
    label = `<text class="film-verb" x="${formatted(pipe.label_x, `.0f`)}" y="${formatted(pipe.label_y, `.0f`)}" text-anchor="${pipe.anchor}">${one.verb}</text><text class="film-sum" x="${formatted(pipe.label_x, `.0f`)}" y="${formatted((pipe.label_y + 14), `.0f`)}" text-anchor="${pipe.anchor}">${bn(Math.abs(one.value))}</text>`;
  }
  return `<g class="film-flow film-${one.tone}${back}" opacity="${formatted(strength, `.2f`)}"><path class="film-bed" d="${course(pipe)}" stroke-width="${formatted(width, `.1f`)}"/><path class="film-run" d="${course(pipe)}" stroke-width="${formatted(Math.max((0.4 * width), 1.4), `.1f`)}"/><path class="film-point" d="${point(pipe, (one.value < 0), width)}"/>${label}</g>`;
}
function point(pipe, back, width) {
  let base, from_x, from_y, size, x, y;
  [x, y] = (truth(back) ? [pipe.x1, pipe.y1] : [pipe.x2, pipe.y2]);
  [from_x, from_y] = (truth(back) ? [pipe.x2, pipe.y2] : [pipe.x1, pipe.y1]);
  size = (6.0 + (width / 2));
  if (((pipe.y1 === pipe.y2) || (pipe.turn === (truth(back) ? "start" : "end")))) {
    base = ((x > from_x) ? (x - size) : (x + size));
    return `M${formatted(x, `.1f`)},${formatted(y, `.1f`)} L${formatted(base, `.1f`)},${formatted((y - size), `.1f`)} L${formatted(base, `.1f`)},${formatted((y + size), `.1f`)} Z`;
  }
  base = ((y > from_y) ? (y - size) : (y + size));
  return `M${formatted(x, `.1f`)},${formatted(y, `.1f`)} L${formatted((x - size), `.1f`)},${formatted(base, `.1f`)} L${formatted((x + size), `.1f`)},${formatted(base, `.1f`)} Z`;
}
function house(now, layout, lit, bare) {
  let held, strength, x, y;
  [x, y] = layout.clearing;
  strength = shade("funds", lit);
  held = (truth(bare) ? "holds margin" : `holds ${bn(now.fund_margin)}`);
  return `<g class="film-house" opacity="${formatted(strength, `.2f`)}"><rect x="${formatted((x - 56), `.0f`)}" y="${formatted((y - 18), `.0f`)}" width="112" height="36" rx="18"/><text class="film-about" x="${formatted(x, `.0f`)}" y="${formatted((y - 3), `.0f`)}" text-anchor="middle">Clearing house</text><text class="film-sum" x="${formatted(x, `.0f`)}" y="${formatted((y + 11), `.0f`)}" text-anchor="middle">${held}</text></g>`;
}
function box(k, now, opening, measure, layout, lit, bare) {
  let first, full, lines, over, rows, x, y;
  [x, y] = layout.boxes[k];
  [rows, first] = [boxes(now)[k], boxes(opening)[k]];
  lines = span(0, rows.length).map((n) => line(n, rows[n], first[n], measure, [x, y, layout.box_width], bare)).join("");
  full = ((bare || (SECTORS[k] !== "dealers")) ? 0.0 : (BOX_HEIGHT * Math.min((now.dealer_use_pct / TANK), 1.0)));
  over = (((!truth(bare)) && (now.dealer_use_pct >= FULL)) ? " film-over" : "");
  return `<g class="film-box film-box-${SECTORS[k]}" opacity="${formatted(shade(SECTORS[k], lit), `.2f`)}"><rect class="film-frame" x="${formatted(x, `.0f`)}" y="${formatted(y, `.0f`)}" width="${formatted(layout.box_width, `.0f`)}" height="${formatted(BOX_HEIGHT, `.0f`)}" rx="9"/><rect class="film-tank${over}" x="${formatted(x, `.0f`)}" y="${formatted(((y + BOX_HEIGHT) - full), `.1f`)}" width="${formatted(layout.box_width, `.0f`)}" height="${formatted(full, `.1f`)}" rx="9"/><text class="film-title" x="${formatted((x + PAD), `.0f`)}" y="${formatted((y + 19), `.0f`)}">${TITLES[k]}</text><text class="film-about" x="${formatted((x + PAD), `.0f`)}" y="${formatted((y + 33), `.0f`)}">${ABOUT[k]}</text>${lines}</g>`;
}
function line(n, row, first, measure, corner, bare) {
  let at, long, mark, most, size, stood, text, wide, x, y;
  [x, y, wide] = corner;
  [x, at, long] = [(x + PAD), ((y + FIRST_ROW) + (ROW * n)), (wide - (2 * PAD))];
  most = ((row.tone === "use") ? TANK : measure.stock);
  size = (truth(bare) ? 0.0 : (long * Math.min((Math.max(row.value, 0.0) / most), 1.0)));
  stood = ((first.what === row.what) ? (long * Math.min((Math.max(first.value, 0.0) / most), 1.0)) : 0.0);
  mark = ((bare || (stood === 0)) ? "0" : "1");
  text = (truth(bare) ? "" : row.text);
  return `<text class="film-what" x="${formatted(x, `.0f`)}" y="${formatted(at, `.0f`)}">${row.what}</text><text class="film-value" x="${formatted((x + long), `.0f`)}" y="${formatted(at, `.0f`)}" text-anchor="end">${text}</text><rect class="film-rail" x="${formatted(x, `.0f`)}" y="${formatted((at + 5), `.0f`)}" width="${formatted(long, `.0f`)}" height="4" rx="2"/><rect class="film-bar film-${row.tone}" x="${formatted(x, `.0f`)}" y="${formatted((at + 5), `.0f`)}" width="${formatted(size, `.1f`)}" height="4" rx="2"/><rect class="film-mark" x="${formatted(((x + stood) - 1), `.1f`)}" y="${formatted((at + 3), `.0f`)}" width="2" height="8" opacity="${mark}"/>`;
}

export { positive, ratio, sum3, sum4, FilmSetting, Frame, frame, public_bonds, held_by_others, marked, private_cash, frames_of, percent, amount, _digits, bare, listed, SMALL, SMALL_CALL, FULL, bn, day_sentence, opening_sentence, share, cause, reasons, cash_called, answer, standing, BOX_HEIGHT, SECTORS, BONDS, LOANS, CALLS, Pipe, Layout, WIDE, NARROW, TITLES, ABOUT, PAD, FIRST_ROW, ROW, PALE, TANK, THIN, THICK, Measure, BoxLine, Flow, measure_of, boxes, money, bonds, loans, calls, described, moves_in_words, called, drawing, shade, tube, course, flow, point, house, box, line };
