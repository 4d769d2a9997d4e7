// A world as data, turned into what the translated reference takes; and its policies run on one path after another.
// A world's groups carry the reference's own names, so they are taken as they are.

const SHOCKS = [
  "real_money_sales", "client_financing", "fundamentals", "swap_spread_shock", "off_the_run_shock", "basis_shock",
  "desired_longs", "money_fund_run", "margin_step", "auction_withdrawal", "cash_drain", "dealer_lending_cut",
];

/** A world with other values at dotted names; what is not on their way is shared with it. */
function worldWith(world, values) {
  const copy = { ...world };
  for (const [name, value] of Object.entries(values)) {
    const way = name.split(".");
    let at = copy;
    for (const key of way.slice(0, -1)) at = at[key] = { ...at[key] };
    at[way.at(-1)] = value;
  }
  return copy;
}

/** The market of a world under the rules that a policy's tools set before the crisis. */
function marketUnder(world, tools) {
  const cohorts = world.funds.cohorts;
  const [mix, contracts] = ["mix", "tenors"].map((name) => cohorts.map((c) => c[name]));
  const [equity, leverage] = ["equity_bn", "leverage"].map((name) => cohorts.map((c) => c[name]));
  const yields = scaled4(100, world.scenario.opening_yields_pct);
  const terms = under_rules(
    tools, Cohorts(mix, contracts, yields, world.wedges, world.funds), SetBefore(world.margins, leverage),
  );
  return prepared(
    world.yields, world.dealers, world.wedges, terms.margins, world.funding, world.funds, world.issuance, world.liquidity,
    yields, world.scenario.days_to_delivery, equity, terms.leverage, mix, contracts,
  );
}

/** The course of every shock, and what is given day by day. */
function coursesOf(world) {
  const s = world.scenario;
  const sizes = zeros(s.days);
  for (const auction of s.auctions) sizes[auction.day - 1] += auction.size_bn;
  const held = s.held_fundamentals_bp.length ? s.held_fundamentals_bp : zeros([s.days, 4]);
  const courses = SHOCKS.map((name) => {
    const { knots, size, severity_sd, noise_sd } = s[name];
    return Course(knots.map((k) => k[0]), knots.map((k) => k[1]), size, severity_sd, noise_sd);
  });
  const tenors = ["real_money_sales", "fundamentals", "swap_spread_shock", "off_the_run_shock"].map((name) => s[name].tenors);
  return Courses(...courses, ...tenors, held, sizes);
}

/** A path's luck: the severity of each shock and the normals of its noise. */
function luckOf(world, seed, path) {
  const s = world.scenario;
  const severities = SHOCKS.map((name) =>
    severity(s[name], s[name].severity_sd ? normalsOf(seed, `severity:${name}`, 1, path)[0] : 0),
  );
  const noise = SHOCKS.map((name) =>
    s[name].noise_sd ? normalsOf(seed, `noise:${name}`, s.days, path) : zeros(s.days),
  );
  return Luck(severities, noise);
}

/** What was done in the world's episode. */
function followedOf(world) {
  const f = world.scenario.followed;
  return Followed(
    f.purchases.map((p) => [p.day, p.amount_bn]), f.purchase_tenors, f.announced,
    f.repo.map((o) => [o.day, o.cap_bn, o.rate_bp, o.slope_bn]), f.leverage_relief_day, f.leverage_relief,
  );
}

/** What is worked out once for a world and its policies (lists of tools). */
function prepare(world, policies) {
  return {
    world, policies, courses: coursesOf(world), followed: followedOf(world),
    markets: policies.map((tools) => marketUnder(world, tools)),
  };
}

/** The record of every policy on one path; on the central path where `path` is null. */
function recordsOn(ready, seed, path) {
  const series = path === null ? central(ready.courses) : series_of(ready.courses, luckOf(ready.world, seed, path));
  return ready.policies.map((tools, k) => policy_run(ready.markets[k], series, tools, ready.followed));
}

/** Normals of the rates after the crisis on a path: (factor, draw), the second half of the draws mirroring the first. */
function ratesOn(seed, path) {
  const factors = 9, half = 32;
  const drawn = normalsOf(seed, "rates", factors * half, path);
  return Array.from({ length: factors }, (_, f) => {
    const first = drawn.subarray(f * half, (f + 1) * half);
    return [...first, ...first.map((z) => -z)];
  });
}

/** Outcomes of every policy on one path from its records, with the public's profit by draw; no action comes first. */
function judged(ready, counted, seed, path, records) {
  const draws = ratesOn(seed, path ?? 0);
  const rate = ready.world.scenario.policy_rate_pct;
  return records.map((record, k) => ({
    values: path_outcomes(ready.markets[k], record, records[0]),
    profit: profits(known_of(ready.markets[k], counted, rate, record), counted, draws),
  }));
}

/** Means over paths of every outcome of a policy, from what `judged` gave for it on each path. */
function meansOf(judgedPaths) {
  const profit = judgedPaths.map((one) => one.profit);
  const every = profit.flatMap((one) => Array.from(one));
  const means = { taxpayer_mean_bn: mean_of(every), taxpayer_loss_probability_pct: loss_chance(every), taxpayer_es95_bn: tail_of(every) };
  for (const key of Object.keys(judgedPaths[0].values)) means[key] = mean_of(judgedPaths.map((one) => one.values[key]));
  return means;
}

/** What the verdict reads of every policy: outcomes by path, `criteria` and `shown` being keys in order. */
function samplesOf(judgedPaths, criteria, shown) {
  return judgedPaths.map((paths) => {
    const profit = paths.map((one) => one.profit);
    const tail = tail_by_path(profit);
    const column = (key) => {
      if (key === "taxpayer_mean_bn") return profit.map(mean_of);
      if (key === "taxpayer_es95_bn") return tail;
      return paths.map((one) => one.values[key]);
    };
    return Sample(criteria.map(column), shown.map(column));
  });
}
