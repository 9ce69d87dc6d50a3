"""What `mutations.py` makes wrong, line by line: {part: {file: [(what, what stands there once, what is put there)]}}.

A condition is dropped, a strict relation is taken for one that is not, an index is off by one, a number by a factor of 1.001.
"""

# fmt: off
from __future__ import annotations

# test files that are run where the differential tests see nothing
TESTS = {
    "methods": ("tests/test_prove.py", "tests/test_enclose.py", "tests/test_sure_events.py", "tests/test_running_means.py", "tests/test_centred.py", "tests/test_value_by_value.py",),
    "averages": ("tests/test_laws.py", "tests/test_gamma_laws.py", "tests/test_prove.py", "tests/test_quadrature.py",),
    "structures": ("tests/test_lawful.py", "tests/test_believed.py", "tests/test_grains.py", "tests/test_kept_values.py",),
    "relations": ("tests/test_prove.py", "tests/test_false_proofs.py", "tests/test_two_roots.py", "tests/test_one_quantity.py", "tests/test_speeds.py", "tests/test_attacked_arguments.py", "tests/test_near_and_left.py", "tests/test_attacked_limits.py", "tests/test_extrema.py",),
    "arguments": ("tests/test_arguments.py", "tests/test_existence.py",),
    "induction": ("tests/test_induction.py", "tests/test_term_by_term.py", "tests/test_any_scheme.py", "tests/test_any_law_of_weights.py", "tests/test_limits_along_parameters.py", "tests/test_generations.py",),
    "limits": ("tests/test_limits.py",),
    "shapes": ("tests/test_shapes.py",),
    "signs": ("tests/test_rules.py", "tests/test_slopes.py", "tests/test_termwise.py",),
    "hunts": ("tests/test_closest.py", "tests/test_attacks.py",),
    "balls": ("tests/test_enclose.py",),
    "verdicts": ("tests/test_rules.py", "tests/test_findings.py", "tests/test_witnesses.py",),
    "intervals": ("tests/test_estimate.py",),
    "kernels": ("tests/test_raw_data.py",),
    "recheck": ("tests/test_recheck_rules.py", "tests/test_recheck_laws.py", "tests/test_recheck_gaussian.py", "tests/test_recheck_paths.py", "tests/test_recheck_rising.py", "tests/test_recheck_binders.py", "tests/test_recheck_signs.py", "tests/test_recheck.py",),
    "rule 26, declarations": ("tests/test_believed.py", "tests/test_overridden.py",),
    "rule 27, identity": ("tests/test_identity.py", "tests/test_believed.py",),
    "rule 28, conditioning": ("tests/test_identity.py", "tests/test_believed.py",),
    "rule 29, existence": ("tests/test_existence.py::test_a_variable_that_is_not_what_it_was_declared", "tests/test_existence.py::test_a_range_that_runs_backwards", "tests/test_existence.py::test_an_infinite_mean_under_a_law", "tests/test_existence.py::test_powers_without_a_mean", "tests/test_existence.py::test_infinity_as_a_side", "tests/test_existence.py::test_of_a_mean_that_may_be_infinite_unseen_no_sample_says_anything", "tests/test_existence.py::test_simulation_leaves_no_infinite_mean_out", "tests/test_events.py", "tests/test_existence.py",),
    "rule 30, atoms": ("tests/test_atoms.py::test_lattices_from_the_step", "tests/test_atoms.py::test_verdicts_at_an_atom", "tests/test_atoms.py::test_a_decimal_at_an_atom_decides_nothing", "tests/test_atoms.py::test_signs_of_numbers", "tests/test_atoms.py::test_half_a_unit_in_the_last_digit", "tests/test_atoms.py::test_sums_in_floats_are_counted_both_ways", "tests/test_atoms.py::test_values_in_two_readings_are_merged", "tests/test_atoms.py::test_an_irrational_walk_is_counted_both_ways", "tests/test_atoms.py",),
    "rule 31, strict": ("tests/test_enclose.py::test_decisions", "tests/test_existence.py::test_equal_sides_are_not_apart", "tests/test_existence.py::test_what_is_proved_equal_is_refuted", "tests/test_existence.py", "tests/test_closest.py",),
    "rule 32, limits": ("tests/test_existence.py::test_what_a_limit_is_told_from", "tests/test_existence.py::test_a_rate_that_tells_no_limit", "tests/test_prove.py::test_a_rate_must_vanish_and_hold", "tests/test_existence.py", "tests/test_limits.py",),
    "rule 33, reach": ("tests/test_reach.py::test_before_the_first_fit_no_end_of_another_variable_is_reached", "tests/test_reach.py::test_extrapolation_tells_what_is_left", "tests/test_reach.py::test_a_margin_that_shrinks_on_is_told", "tests/test_reach.py::test_a_declared_rate_that_is_not_kept_is_told", "tests/test_reach.py::test_what_fails_beyond_all_points_does_not_close", "tests/test_reach.py::test_the_ascent_comes_to_what_is_false", "tests/test_reach.py",),
    "rule 34, isolation": ("tests/test_isolation.py::test_an_error_in_the_ascent_is_a_row", "tests/test_isolation.py::test_limits_are_put_back", "tests/test_isolation.py::test_a_process_that_is_killed_under_way_fails_one_witness_of_one_claim", "tests/test_clock.py", "tests/test_isolation.py",),
    "rule 35, repeatability": ("tests/test_repeatable.py::test_a_state_does_not_depend_on_which_generations_were_asked_for_before", "tests/test_repeatable.py::test_a_step_is_compiled_alike_whatever_was_compiled_before", "tests/test_simulation.py::test_results_do_not_depend_on_workers_or_executor", "tests/test_simulation.py::test_pilots_have_their_own_stream_and_are_not_merged", "tests/test_repeatable.py",),
    "rule 36, witnesses that differ": ("tests/test_reach.py::test_a_coarser_witness_is_explained", "tests/test_reach.py::test_a_witness_that_should_have_seen_it_is_an_alarm", "tests/test_reach.py::test_different_scales_are_not_compared", "tests/test_reach.py::test_what_is_shown_together_is_one_finding", "tests/test_reach.py::test_a_refuted_claim_shows_where_it_is_missed_most", "tests/test_reach.py",),
}

PATCHES = {
    "averages": {
        "theory/language/laws/continuous.py": [
            ("normal, even moments", "        return 2 * _half(j)\n\n    def absolute", "        return 2 * _half(j) * 1001 / 1000\n\n    def absolute"),
            ("normal, exponential moments", "rate**2 * self.variance / 2)", "rate**2 * self.variance / 2) * 1001 / 1000"),
            ("uniform, a term less", "for i in range(int(power) + 1))) / (power + 1)", "for i in range(1, int(power) + 1))) / (power + 1)"),
            ("Laplace, absolute moments", "        return factorial(j)\n", "        return factorial(j) * 1001 / 1000\n"),
            ("logistic, even moments", "        return (2**j - 2) * pi**j", "        return (2**j - 1) * pi**j"),
            ("Student t, absolute moments", "return self.dof**half * gamma(half + S.Half)", "return self.dof**half * gamma(half + 1)"),
            ("Student t, which moments exist", "        return self.dof - power\n", "        return self.dof - power + 1\n"),
        ],
        "theory/language/laws/gammas.py": [
            ("chi-square, a degree more", "        shape = self.dof / 2\n", "        shape = (self.dof + 1) / 2\n"),
            ("chi-square, which moments exist", "* ratio, power + shape", "* ratio, power + shape + 1"),
            ("gamma, its scale", "power, half, unit = power + absolute, self.scale / 2,", "power, half, unit = power + absolute, self.scale * 1001 / 2000,"),
            ("gamma, whole powers", "self.scale**power * rf(self.shape, power)", "self.scale**power * rf(self.shape, power) * 1001 / 1000"),
            ("beta, whole powers", "/ rf(self.a + self.b, power)", "/ rf(self.a + self.b + 1, power)"),
            ("beta, other powers", "* gamma(self.a + self.b) / gamma(self.a)", "* gamma(self.a + self.b) / gamma(self.a) * 1001 / 1000"),
        ],
        "theory/language/laws/waiting.py": [
            ("geometric, one trial more", "        return (1 - self.p) ** k\n", "        return (1 - self.p) ** (k + 1)\n"),
            ("geometric, a factor", "(1 - p) ** (j - 1) / p**j for j", "(1 - p) ** j / p**j for j"),
            ("negative binomial, its odds", "odds = (1 - self.p) / self.p", "odds = 1 / self.p"),
        ],
        "theory/language/laws/discrete.py": [
            ("binomial, a factor less", "expand_func(ff(self.n, j)) * self.p**j", "expand_func(ff(self.n - 1, j)) * self.p**j"),
            ("Poisson, its mean", "stirling(power, j) * self.mean**j", "stirling(power, j) * (self.mean * 1001 / 1000)**j"),
        ],
        "theory/proof/symbols/averages.py": [
            ("error function under a normal law", "k * erf(mean / sqrt(1 + 2 * variance))", "k * erf(mean / sqrt(1 + variance))"),
            ("distance of a normal draw from 0", "(2 * variance)) + mean * erf(", "(2 * variance)) - mean * erf("),
        ],
        "theory/proof/symbols/law_means.py": [
            ("a tilt forgotten", "return law_mean(E(f.xreplace({z: plain}) * weight)) / law_mean(E(weight))", "return law_mean(E(f.xreplace({z: plain}) * weight))"),
            ("distance of laws", "        return share * W1(one, other) if", "        return share * W1(one, other) * 1001 / 1000 if"),
            ("distance of moved laws", "        return Abs(a)\n", "        return Abs(a) * 1001 / 1000\n"),
            ("poles of a uniform mean", "        if not _is_smooth(m.variable, z):", "        if False:"),
            ("a value that is none", "    if total.has(zoo, nan, oo, -oo):", "    if False:"),
        ],
        "theory/language/moments.py": [
            ("covariance", "        return mean(x * y) - mean(x) * mean(y)\n", "        return mean(x * y) - mean(x) * mean(y) * 1001 / 1000\n"),
            ("central moments", "*parts, -(k - 1) * (-center) ** k", "*parts, -k * (-center) ** k"),
        ],
        "theory/proof/symbols/recurrences.py": [
            ("what drives a recursion", "[factor * c for c in cs]", "[factor * c * 1001 / 1000 for c in cs]"),
            ("resonance", "known / (b * comb(i, m) if resonant", "known / (b * comb(i + 1, m) if resonant"),
            ("the start of a recursion", "    out.add(a, [first[0] - out.at_number(0), *first[1:]])", "    out.add(a, [first[0], *first[1:]])"),
            ("a coupled system's start", "x - p.at_number(0) for d, x, p in zip(own", "x for d, x, p in zip(own"),
        ],
    },
    "structures": {
        "theory/proof/structures/lawful.py": [
            ("no condition at all", "    return held(loop, [d for d in (*_of_laws(laws), *_of_forms(parts, few)) if d.x.has(*moving) and not d.is_met])", "    return ()"),
            ("masses may be below 0", "    return held(loop, [Demand(p, False, f\"a mass of {loop} is no probability\") for p in state.values()])", "    return ()"),
            ("a draw that vanishes is forgotten", "in_order({*asked, *(z.law for x in parts for z in x.atoms(Noise))})", "in_order({z.law for x in parts for z in x.atoms(Noise)})"),
            ("laws are not asked", "(*_of_laws(laws), *_of_forms(parts, few)) if", "(*_of_forms(parts, few),) if"),
            ("forms are not asked", "(*_of_laws(laws), *_of_forms(parts, few)) if", "(*_of_laws(laws),) if"),
            ("what excludes itself", "        if not _excludes_itself(found):", "        if True:"),
            ("division by 0", "        elif not (power.is_nonnegative or _is_left_out(base, forms)):", "        elif False:"),
            ("roots", "yield Demand(base, not power.is_nonnegative,", "yield Demand(base**2 + 1, not power.is_nonnegative,"),
            ("functions", "yield Demand(y, need != NOT_BELOW,", "yield Demand(S.One, need != NOT_BELOW,"),
            ("numbers of trials", "    if not asked:\n        return\n    wholes", "    if True:\n        return\n    wholes"),
            ("the start is not asked", "                found |= _within(sympify(start[name]), first, {}, None)\n", ""),
            ("the step is not asked", "                found |= set().union(*(_within(case, later, ranges, of) for case in _told_apart(after[name])))\n", ""),
            ("the upper end", "return found if high is oo else found |", "return found if True else found |"),
            ("a grain away from an end", "(low + grain, high) if sign > 0 else", "(low + 2 * grain, high) if sign > 0 else"),
            ("an end that rises", "    if (here - end) != 0:", "    if False:"),
            ("lasting, at the start only", "return first | nonnegative_in(later, ranges, strictly)", "return first"),
            ("lasting, after a step only", "first, later = nonnegative_in(x.xreplace(start), {}, strictly), x", "first, later = set(), x"),
            ("a unit of what is below 0", "    if ranges[state[name]] != UPWARD:", "    if False:"),
        ],
        "theory/proof/structures/in_ranges.py": [
            ("odd powers of what has any sign", "if any(p % 2 and not y.is_nonnegative for", "if any(False for"),
            ("a negative coefficient", "        if c.is_negative:\n", "        if False:\n"),
            ("strictly", "    if strictly:\n        most", "    if False:\n        most"),
            ("a whole number from -1 on", "return top + 1 if top.is_integer", "return top + 2 if top.is_integer"),
            ("what a multinomial draw leaves", "isinstance(z.law, Count) and y.whole == z.whole)", "False)"),
        ],
        "theory/proof/structures/untold.py": [
            ("generations that are not told", "len(times) > said.generations or", "False or"),
            ("degrees that are not told", " or _degree(x) > (said.given if given else said.degree):", ":"),
        ],
        "theory/proof/structures/symmetry.py": [
            ("the start of a symmetry", "    pairs = [(start[name], _in(f, begun)) for name, f in forms.items()]\n", "    pairs = []\n"),
            ("the step of a symmetry", "    pairs += [(after[name], _in(f, moved)) for name, f in forms.items()]\n", ""),
            ("the draws of a symmetry", "        pairs.append((loop.emit", "        ((loop.emit"),
        ],
        "theory/proof/structures/marginals.py": [
            ("how a marginal moves", "*zip(after, moved, strict=True)]", "]"),
            ("how a marginal starts", "    told = [*zip(_by_law(start), _by_law(begun), strict=True), ", "    told = ["),
        ],
        "theory/proof/structures/values.py": [
            ("a step of few values", "            wider[name] = None if more is None else _joined(values, more)", "            wider[name] = None if more is None else values"),
        ],
        "theory/proof/structures/lasting.py": [
            ("what is not kept", "                    return False\n    except", "                    pass\n    except"),
            ("a value that moves", "not after.has(Noise, CLOCK) and is_zero(after - value)", "True"),
        ],
        "theory/proof/structures/grains.py": [
            ("a start off the grain", "parts = (sympify(loop.initial[name]), *added.coefficients)", "parts = (*added.coefficients,)"),
            ("certain at 1", "            return law.n\n", "            return law.n - 1\n"),
        ],
        "theory/proof/structures/deployed.py": [
            ("nothing is hidden", "    known = model_coordinates(loop)\n    return next(", "    return None\n    return next("),
        ],
    },
    "relations": {
        "theory/proof/symbols/places.py": [
            ("the least of what is turned", "for x in (c, p)):", "for x in (p,)):"),
        ],
        "theory/proof/relations/learned.py": [
            ("the first term of a sum", "c.xreplace({v: low + Dummy(", "c.xreplace({v: low + 1 + Dummy("),
        ],
        "theory/language/scopes.py": [
            ("the index of a sum in a limit", "if v.name in taken | {s.name for s, *_ in limits[i + 1 :]}:", "if False:"),
        ],
        "theory/proof/relations/markov.py": [
            ("a jump at 0", "    return put(known, x, dict.fromkeys(inner, S.Zero), m.bound)", "    return x.xreplace(dict.fromkeys(inner, S.Zero))"),
        ],
        "theory/proof/relations/one_quantity.py": [
            ("the square of another size", "if is_zero(moving**2 - square * core ** (2 * order))", "if square"),
        ],
        "theory/proof/relations/factors.py": [
            ("factors above 1", "            if nearer and known.implies(gap, strict=False):", "            if nearer:"),
        ],
        "theory/proof/relations/links.py": [
            ("what is random and of any sign", " or (is_random(d) and taken.is_not_below_0(d))", " or is_random(d)"),
        ],
        "theory/proof/relations/everywhere.py": [
            ("an event that is sure to fail", "_has_sign(known, -part, not strict)", "_has_sign(known, -part, False)"),
            ("a state of either sign", "{o: taken.named(o) for", "{o: abs(taken.named(o)) for"),
            ("a state that may be 0", "if any(not d.is_positive and", "if any(False and"),
            ("a number by cases", " != [1, 0]:", " != [1, 0] and False:"),
        ],
        "theory/language/almost_surely.py": [
            ("which side is too much", "a - b if isinstance(relation, Le) else b - a", "b - a if isinstance(relation, Le) else a - b"),
            ("a square", "E((a - b) ** 2)", "E(a - b)"),
        ],
        "theory/proof/relations/equality.py": [
            ("equality", "    return same_roots(a, b) or equal(", "    return same_roots(a * 1001 / 1000, b) or same_roots(a, b) or equal("),
            ("the empty product", "    if not is_zero(b.subs(t, low - 1 - shift) - multiple):", "    if False:"),
            ("another size of an argument", " or not is_zero(ratio**2 - 1):", ":"),
            ("an argument of another sign", "        bool(rest.is_positive) or known.implies(known.charted(rest), strict=True)\n", "        True\n"),
            ("the last factor", "    if not is_zero(b.subs(t, t + 1) - b * a.function.subs(j, top + 1)):", "    if False:"),
            ("sums over other ranges", "                if ends == others and is_zero(c * x.function", "                if is_zero(c * x.function"),
            ("factors of other products", "return ends == others and is_zero(x.function", "return is_zero(x.function"),
        ],
        "theory/proof/relations/inequality.py": [
            ("a side of any sign beside a root", " or not all(f.is_Number or _is_not_negative(known, f) for f in factors):", ":"),
            ("strict for non-strict", "    if not positive(rest, cert, strict):", "    if not positive(rest, cert, False):"),
            ("identical sides", "    if strict and not is_other_than_0(d) and is_seen_zero(d):", "    if False:"),
            ("the first of 0, 1, ...", "        holds(known, d.xreplace({k: S.Zero}), strict)\n", ""),
            ("all but the first of 0, 1, ...", "        holds(known, d.xreplace({k: k + 1}), strict)\n", ""),
            ("strict in boxes", "known.cover(without_positive_factors(gap), strict=part.op in (\"<\", \">\"))", "known.cover(without_positive_factors(gap), strict=False)"),
            ("values of the sides, in boxes", "    vanishes(known, part)\n    has_values(known, part.original.lhs, part.original.rhs)\n    known.infinite = {}\n", "    vanishes(known, part)\n    known.infinite = {}\n"),
        ],
        "theory/proof/relations/defined.py": [
            ("values of the sides", "            if not meets(known, x, need):", "            if False:"),
            ("sizes of later fits", "        if not known.meets(expand(size.xreplace({CLOCK: before + 1})), ABOVE):", "        if False:"),
            ("integrals that diverge", "(not e.free_symbols and is_enclosed(e)):", "not e.free_symbols:"),
        ],
        "theory/proof/symbols/arguments.py": [
            ("divisors", "    if x.is_Pow and not _placed(x.exp, inside).is_nonnegative:", "    if False:"),
            ("roots", "    if x.is_Pow and not x.exp.is_integer:", "    if False:"),
            ("functions", "    yield from ((_placed(part, inside), need) for part, need in taken(x))", "    pass"),
        ],
        "theory/proof/relations/assumptions.py": [
            ("0 or above for above 0", "        strict = need == ABOVE\n", "        strict = False\n"),
            ("laws of draws in a claim", "        self._are_laws(whole, [d for", "        (whole, [d for"),
            ("what loops need", "            self._are_laws(*structures.of_parameters(loop))", "            pass"),
        ],
        "theory/proof/relations/generations.py": [
            ("one step from every state", "if is_zero(cancel(together(x))) if op ==", "if True if op =="),
            ("the sum at first", "for what in (said.xreplace({k: S.Zero}) - begun.xreplace({k: S.Zero}), ", "for what in ("),
            ("the sum's last term", "- later.xreplace({s: high + 1})\n", "- later.xreplace({s: high})\n"),
            ("terms that tell of the end", "    if later == term:\n", "    if True:\n"),
            ("a factor below 0", "    if op != \"==\" and not known.implies(factor, strict=op in (\"<\", \">\")):", "    if False:"),
            ("the gap at first", "    if start.has(Observable) or not (\n", "    if False and not (\n"),
        ],
        "theory/proof/relations/speeds.py": [
            ("how fast, the other way", "d**-lead.power", "d**lead.power"),
            ("how fast, of any sign", "    if not known.implies(known.charted(g.xreplace({x: place})), strict=True):", "    if False:"),
        ],
        "theory/proof/relations/settling.py": [
            ("where it lands", " or fixed_points.is_fixed(loop, name, end)", " or True"),
            ("a jump on the way", "                _is_continuous(known, there, s)\n", "                True\n"),
        ],
        "theory/proof/relations/continuity.py": [
            ("values on the line", "            has_values(known, *sides)  # at the zeros, too\n", ""),
            ("open conditions", "            all(map(partial(_is_open, known), And.make_args(known.claim.condition(known.case))))\n", "            True\n"),
        ],
        "theory/proof/relations/sharpest.py": [
            ("the sign along a scale", "or not (self.known.implies(below, strict=True) or keeps_its_sign(below, powers)):", "or False:"),
        ],
        "theory/proof/relations/infinity.py": [
            ("the first coefficient", "if near < end and not prove_positive(f, {x: (near, end), **reals}):", "if False:"),
            ("analytic at infinity", "    if not _is_analytic(f, x):", "    if False:"),
            ("negative at infinity", "        if value < 0:\n", "        if False:\n"),
        ],
        "theory/proof/relations/faces.py": [
            ("the end of an interval", "found = _at(there, case, prove, boxes) if face else", "found = Proof(True) if face else"),
        ],
        "theory/proof/relations/in_case.py": [
            ("a rate that does not vanish", "            vanishes(known, part)\n", ""),
        ],
        "theory/proof/relations/units.py": [
            ("Markov, a level below 0", "    if not known.implies(known.charted(c), strict=True):\n        raise CannotTell(f\"{c} is not seen to be positive\")\n", ""),
            ("Markov, of any sign", "    if not is_nonnegative(y.xreplace(names)):", "    if False:"),
            ("Markov, of squares", "E(y**2) / c**2,", "E(y**2) / c,"),
        ],
        "theory/proof/relations/apart.py": [
            ("places by themselves", "        if not found.proved:\n            found.reason", "        if False:\n            found.reason"),
        ],
        "theory/proof/relations/differs.py": [
            ("differing by derivation", "and decide(part.op, a, b).verdict == Verdict.REFUTED:", "and decide(part.op, a, b * 1001 / 1000).verdict == Verdict.REFUTED:"),
        ],
        "theory/proof/existence.py": [
            ("sides that have no value", "        if problem is not None:\n", "        if False:\n"),
            ("differences of infinite means", "    if any(difference(x, {part", "    if any(False and difference(x, {part"),
            ("infinite, and nothing refuted", "    if found.verdict != Verdict.REFUTED or (a == b", "    if False and (a == b"),
        ],
    },
    "arguments": {
        "theory/proof/symbols/arguments.py": [
            ("logarithm", "    log: lambda x: ((x, ABOVE),),", "    log: lambda x: (),"),
            ("entropy", "    entr: lambda x: ((x, NOT_BELOW),),", "    entr: lambda x: (),"),
            ("arcus sine", "lambda x: ((1 - x, NOT_BELOW), (1 + x, NOT_BELOW))", "lambda x: ((1 + x, NOT_BELOW),)"),
            ("hyperbolic arcus tangent", "((atanh, erfinv), lambda x: ((1 - x, ABOVE), (1 + x, ABOVE)))", "((atanh, erfinv), lambda x: ((1 - x, NOT_BELOW), (1 + x, NOT_BELOW)))"),
            ("inverse of erfc", "erfcinv: lambda x: ((x, ABOVE), (2 - x, ABOVE))", "erfcinv: lambda x: ((x, ABOVE),)"),
            ("hyperbolic arcus cosine", "acosh: lambda x: ((x - 1, NOT_BELOW),)", "acosh: lambda x: ((x, NOT_BELOW),)"),
            ("tangent", "lambda x: ((cos(x), OTHER),)", "lambda x: ()"),
            ("cotangent", "lambda x: ((sin(x), OTHER),)", "lambda x: ()"),
            ("hyperbolic cotangent", "lambda x: ((x, OTHER),)),\n    Mod", "lambda x: ()),\n    Mod"),
            ("remainder", "Mod: lambda _, divisor: ((divisor, OTHER),)", "Mod: lambda _, divisor: ()"),
            ("factorial", "factorial: lambda n: ((n + 1, ABOVE),)", "factorial: lambda n: ((n + 1, NOT_BELOW),)"),
            ("harmonic number", "harmonic: lambda n, *_: ((n + 1, ABOVE),)", "harmonic: lambda n, *_: ((n + 1, NOT_BELOW),)"),
            ("zeta", "zeta: lambda s, *a: ((s - 1, ABOVE),", "zeta: lambda s, *a: ((s - 1, NOT_BELOW),"),
            ("gamma", "        return ((x, OTHER),)\n", "        return ()\n"),
            ("polylogarithm", "polylog: lambda _, x: ((1 - x, ABOVE),)", "polylog: lambda _, x: ()"),
            ("Bessel functions", "return () if order.is_integer else ((x, ABOVE),)", "return ()"),
            ("exponential integrals", "expint), lambda _, x: ((x, ABOVE),))", "expint), lambda _, x: ((x, NOT_BELOW),))"),
            ("functions that are not known", "if x.func in TAKEN else ((x, KNOWN),)", "if x.func in TAKEN else ()"),
        ],
    },
    "induction": {
        "theory/proof/relations/induction.py": [
            ("from where the claim lets it begin", "        if not known.implies(toward(op, known.charted(there - later)), strict=op in (\"<\", \">\")):", "        if False:"),
            ("the first generation, of a step that falls", "        _first(known, op, begun - bound.xreplace({k: S.Zero}), t, k)\n        return\n", "        return\n"),
            ("the first generation", "    if not seen and (op == \"==\" or", "    if False and (op == \"==\" or"),
            ("one step", "    if not signed:\n", "    if False:\n"),
            ("a factor below 0", "signed = op == \"==\" or known.implies(factor, strict=op in (\"<\", \">\"))", "signed = True"),
            ("the rest of a step", "            and known.implies(toward(op, rest), strict=op in (\"<\", \">\"))", ""),
            ("strict at first", "seen = is_zero(gap) if op in (\"==\", \"<=\", \">=\") else False", "seen = is_zero(gap)"),
            ("a weight that is 0", "    if known.is_other_than_0(weight):\n        return\n", "    return\n"),
            ("laws under conditions", "    if not known.has_laws(loop):", "    if False:"),
            ("means that the claim tells nothing of", "        if form is None:\n            raise CannotTell(\"one step leads", "        if False:\n            raise CannotTell(\"one step leads"),
            ("the clock of a step", "c.xreplace({CLOCK: t + 1}) for key, c in after.items()}", "c.xreplace({CLOCK: t}) for key, c in after.items()}"),
            ("a step that falls", "jump(moved, v, positive, known.is_other_than_0) is None and known.implies(moved.diff(v), strict=False)", "jump(moved, v, positive, known.is_other_than_0) is None"),
            ("a step that jumps", "return jump(moved, v, positive, known.is_other_than_0) is None and", "return"),
            ("states followed, at first", "            if op == \"==\" or not known.implies(toward(op, difference), strict=op in (\"<\", \">\")):", "            if False:"),
        ],
        "theory/proof/symbols/partial_sums.py": [
            ("a sum's last term", "body.xreplace({j: last + i}) for i in", "body.xreplace({j: last + i - 1}) for i in"),
        ],
        "theory/proof/relations/assumptions.py": [
            ("conditions that did not hold before", "if not c[0].has(k) or expand(c[0] - c[0].xreplace({k: k + 1})).is_nonnegative)", "if True)"),
        ],
        "theory/proof/relations/terms.py": [
            ("the first terms", "        return all(_signed(known, _written(d.xreplace({k: S(i)})), strict) for i in range(start + 1))", "        return True"),
            ("what a step adds", "            if _signed(known, rest, False) and _signed(known, factor, strict):", "            if _signed(known, factor, strict):"),
            ("a factor below 0 of a sum", "            if _signed(known, rest, False) and _signed(known, factor, strict):", "            if _signed(known, rest, False):"),
            ("what falls", "        return is_seen_zero(self.factor - 1) and positive(-self.rest, Certificate(), strict=False)", "        return True"),
            ("the end of what falls", "    return ball if ball > 0 else None", "    return ball"),
            ("terms that change", "        if ratio.has(j):", "        if False:"),
        ],
        "theory/proof/relations/histories.py": [
            ("a bound that falls", "        for more in (grown, grown - added):", "        for more in (grown - added,):"),
            ("what a bound grows by", "        for more in (grown, grown - added):", "        for more in (grown,):"),
            ("the first bound", "        for early in (begun, x.start):", "        for early in ():"),
            ("numbers of either sign", "        signed(known, \">=\", x.at(GENERATION), \"what is added in a generation\")\n", ""),
            ("the scheme of a pool", "x.at(j) / (j + 1), (j, 1, t - 1)", "x.at(j) / j, (j, 1, t - 1)"),
        ],
        "theory/proof/relations/one_by_one.py": [
            ("one generation alone", "            return None\n        proofs[value] = found", "            continue\n        proofs[value] = found"),
        ],
        "theory/proof/signs/roots.py": [
            ("a square without its root", "    gap = expand(a**2 - b**2 * g)", "    gap = expand(a**2 - b**2)"),
            ("which side is larger", "        if asked.positive(big, own) and asked.positive(more", "        if asked.positive(more"),
        ],
        "theory/proof/relations/settling.py": [
            ("a limit along a parameter", "    if any(loop.has(m.bound) for loop in m.variable.atoms(Loop)):", "    if False:"),
        ],
        "theory/proof/relations/tilts.py": [
            ("a round too many", "    return E(powsimp(g * weight**t)) / E(weight**t)", "    return E(powsimp(g * weight ** (t + 1))) / E(weight ** (t + 1))"),
            ("real data of another law", "t <= MOST_FITS and loop.start == loop.reference", "t <= MOST_FITS"),
        ],
        "theory/proof/relations/many_candidates.py": [
            ("rounds that grow", " or any(o.t.has(bound) for o in seen):", ":"),
        ],
    },
    "limits": {
        "theory/proof/relations/limit.py": [
            ("any rate", "    if not rate_vanishes(part):", "    if False:"),
            ("values before the domain", "    if domain is None or not known.implies(known.charted(start - domain.lo), False) or domain.hi is not oo:", "    if False:"),
            ("a side condition that leaves none", "    if (cut := _cut_off(known, t)) is not None:", "    if (cut := None) is not None:"),
            ("a rate that tends to any number", "        return Limits(t, sign).of(b) == 0", "        return Limits(t, sign).of(b) != oo"),
            ("how far off a limit is told", "    distance = abs(a).upper() + b.upper() + a.rad()", "    distance = abs(a).upper()"),
            ("rates that do not vanish, at points", "seen = float(distance) if rate_vanishes(part) else float(\"inf\")", "seen = float(distance)"),
        ],
        "theory/proof/symbols/smooth.py": [
            ("a coefficient of Taylor", "(at / factorial(j) if at.is_finite and not at.has(*rests) else None)", "(at if at.is_finite and not at.has(*rests) else None)"),
            ("a coefficient of what is left out", " and not at.has(*rests) else None)", " else None)"),
            ("a logarithm that is left", "return rest if all(map(is_seen_zero, higher)) else None", "return rest"),
            ("an order that vanishes", "        if not is_zero(c):\n            return None\n", ""),
            ("a power of what is 0 there", "        return _is_smooth(f.exp, w, terms) and terms.is_positive(f.base.xreplace({w: S.Zero}))", "        return _is_smooth(f.exp, w, terms)"),
            ("a power of t beside gammas", "            power = c\n", "            power = S.Zero\n"),
        ],
        "theory/proof/symbols/digammas.py": [
            ("a coefficient of trigamma", "bernoulli(2 * k) * factorial(2 * k + m - 1)", "bernoulli(2 * k) * factorial(2 * k + m)"),
            ("what is left out", "rest / t ** (ORDER + 1)", "0"),
            ("a place that does not grow", "or not is_positive(a):", "or False:"),
        ],
        "theory/proof/symbols/asymptotics.py": [
            ("a sign of what alternates", "        if not lead.exact or not self.is_positive(lead.base):", "        if not lead.exact:"),
        ],
        "theory/proof/methods/limits.py": [
            ("limits that are derived elsewhere", "        if not (all(far_out(c) > 0 for c in d.positive) and", "        if not (True or"),
            ("a cycle", "        if a.is_finite() and b.is_finite() and not a.overlaps(b):", "        if False:"),
        ],
    },
    "shapes": {
        "theory/proof/relations/shapes.py": [
            ("a constant", "    if _is_constant(f, line):", "    if False:"),
            ("jumps and poles", "        _continuous(unfold(f), line, ends, reached, charted)\n", "        pass\n"),
            ("a chart that is not monotone", "    if not increasing and not positive(charted(_inside(-chart", "    if False and not positive(charted(_inside(-chart"),
            ("falls first", "slope = sign * Mul(*rest) * (1 if rises_first else -1)", "slope = sign * Mul(*rest)"),
            ("two roots", "    if root.count_roots(low, top) != 1:", "    if root.count_roots(low, top) < 1:"),
            ("the sign about the root", "    if not (polynomial.eval(left - step) > 0 > polynomial.eval(right + step)):", "    if False:"),
            ("the place of the turn", "    if not left - step <= place <= right + step:", "    if False:"),
            ("the turn's own polynomial", "    if common.count_roots(left, right) != 1:", "    if False:"),
            ("a turn out of the range", "    if not all(positive(charted(x), Certificate(), strict=False) for x in (place - low, high - place) if not x.has(oo)):", "    if False:"),
            ("the sign of the ratio", "    if not (positive(inside, Certificate()) or positive(_without_roots(inside), Certificate())):", "    if False:"),
        ],
        "theory/proof/enclose.py": [
            ("a turn that is not in the range", "    if not (at_most(a, part.shape.peak) and at_most(part.shape.peak, b)):", "    if False:"),
            ("a flat step", "                and same(*part.heights(early, late))", "                and False"),
            ("steps further off", "        wrong += _further_off(part, program)", "        pass"),
            ("slopes all along", "        wrong += _all_along(part, program)", "        pass"),
        ],
    },
    "signs": {
        "theory/proof/signs/termwise.py": [
            ("no term above 0", "own, above = Certificate(), not asked.strict", "own, above = Certificate(), True"),
        ],
        "theory/proof/signs/__init__.py": [
            ("strict for non-strict", "    if asked_of.is_positive or (not strict and asked_of.is_nonnegative):", "    if asked_of.is_nonnegative:"),
            ("zero is positive", "        return not strict and cert.say(\"identically zero\")", "        return cert.say(\"identically zero\")"),
        ],
        "theory/proof/signs/telescoping.py": [
            ("a limit below 0", "        if end is None or not end >= 0:", "        if end is None:"),
            ("the first two", "all(at_least(x.subs(k, i), 0, strict) for i in (0, 1)):", "all(at_least(x.subs(k, i), 0, strict) for i in (1,)):"),
            ("a difference's limit", "or _limit(d, k) != 0:", "or False:"),
        ],
        "theory/proof/signs/slope.py": [
            ("the end of a slope", "        if asked.positive(rising, own, asked.strict and not reached) and asked.positive(\n            end, own, asked.strict and reached\n        ):", "        if asked.positive(rising, own, asked.strict and not reached):"),
            ("the end of a top", "        and asked.positive(ends[1], own, False)\n", ""),
            ("not smooth", "    if not s.is_nonnegative or not _is_smooth(x, inside):", "    if not s.is_nonnegative:"),
        ],
    },
    "hunts": {
        "theory/proof/relations/closest.py": [
            ("grids of one variable", "*((n,) for n in names), ", ""),
            ("grids of two variables", "*combinations(names, 2), ", ""),
            ("the margin's sign", "a - b if self.op in (\">=\", \">\") else b - a", "b - a if self.op in (\">=\", \">\") else a - b"),
            ("closer and closer", "            reach = reach / 4", "            reach = reach * 4"),
        ],
        "theory/proof/arithmetic/crossings.py": [
            ("a change of sign", "        if s * r < 0:", "        if s * r < -1:"),
            ("slopes", "        yield unfold(f).diff(variable)\n", "        pass\n"),
        ],
    },
    "balls": {
        "theory/proof/enclose.py": [
            ("infinite, of any sign", "    return bool(m.variable.xreplace(names).is_nonnegative)", "    return True"),
            ("equal sides that differ", "    return bool(gap.is_finite) and is_zero(gap)", "    return bool(gap.is_finite)"),
            ("equal by derivation", "        if same(part.a.xreplace(at), part.b.xreplace(at), part.moments_at(values)):", "        if False:"),
            ("enumeration without strictness", "isinstance(part, Part) and part.op != \"==\" and d.margin is not None and d.margin[0] > 0\n            )", "isinstance(part, Part)\n            )"),
            ("enumeration of a part of the domain", "    for values in everything:\n", "    for values in everything[:-1]:\n"),
        ],
    },
    "verdicts": {
        "theory/language/verdicts.py": [
            ("equal sides refuted", "        if not gap.contains(0):", "        if gap.contains(0):"),
            ("nearly equal", "        if not gap.contains(0):", "        if not (gap * 1000).contains(1):"),
            ("strict where sides touch", "(op in STRICT and gap <= 0)", "(op in STRICT and gap < 0)"),
            ("strict that is not seen", "    if op in STRICT:  # rule 31", "    if False:  # rule 31"),
            ("a coarse support", "    fine = resolution <= asked", "    fine = True"),
            ("half the resolution", "    resolution = 2 * float(gap.rad())", "    resolution = float(gap.rad()) / 2"),
            ("the smaller side for the scale", "    lower = max(a.abs_lower(), b.abs_lower())", "    lower = min(a.abs_lower(), b.abs_lower())"),
            ("sides that are not enclosed", "    if any(x.is_nan() or not (x.is_finite() or x.is_exact()) for x in (a, b)):", "    if False:"),
            ("infinite sides", "Verdict.SUPPORTED if holds else Verdict.REFUTED, note=note)", "Verdict.SUPPORTED, note=note)"),
            ("the best of points", "    return max(verdicts, key=BADNESS.index", "    return min(verdicts, key=BADNESS.index"),
        ],
        "theory/language/summaries.py": [
            ("half of the points", "return 2 * self.decided < self.planned or", "return 4 * self.decided < self.planned or"),
            ("ends that are missing", " or bool(self.missing or self.beyond)", ""),
            ("a limit that is not told", "not sharp):\n", "False):\n"),
            ("the width of a limit's rate", "        sharp = sharp and share <= LIMIT", "        sharp = sharp and share <= 10 * LIMIT"),
            ("a contradiction", "    if Verdict.PROVED in verdicts.values() and Verdict.REFUTED in verdicts.values():", "    if False:"),
            ("balls that do not meet", "abs(a[0] - b[0]) > a[1] + b[1] + rounding:", "False:"),
            ("witnesses that differ", "elif held.resolution is None or size > held.resolution:", "elif False:"),
            ("the weakest guarantee", "return order[max(map(min, at.values()))]", "return order[min(map(min, at.values()))]"),
        ],
    },
    "intervals": {
        "simulate/engine/estimate.py": [
            ("a share of the error", "return alpha / CLAIMS / 2 *", "return alpha * CLAIMS / 2 *"),
            ("Student's interval", "radius = float(-stdtrit(n - 1, share / 2)) * sqrt(sums.variance / n)", "radius = float(-stdtrit(n - 1, share / 2)) * sqrt(sums.variance / n) / 10"),
            ("the interval's middle", "return _clt(_enclose(sums.mean - radius, sums.mean + radius)", "return _clt(_enclose(sums.mean, sums.mean + 2 * radius)"),
            ("a probability, its lower end", "betaincinv(k, n - k + 1, error / 2)", "betaincinv(k + 1, n - k + 1, error / 2)"),
            ("a probability, two levels", "betaincinv(k, n - k + 1, error / 2)", "betaincinv(k, n - k + 1, 0.4)"),
            ("bounded values", "radius = sqrt(2 * sums.variance * level / n) + 7", "radius = sqrt(2 * sums.variance * level / n) / 10 + 0"),
            ("no variation", "    if sums.low == sums.high or sums.m2 <= 0:", "    if False:"),
            ("merged means", "self.mean + d * b if a >= b else", "self.mean + d * a if a >= b else"),
            ("merged variances", "m2 = self.m2 + other.m2 + d2 * n * a * b", "m2 = self.m2"),
            ("heavy tails", "if k >= PARETO_GATE else []", "if False else []"),
        ],
    },
    "kernels": {
        "simulate/gaussian/common.py": [
            ("Gaussian, step of the mean", "factor, step = tilt * lam / divisor, math.sqrt(lam / n)", "factor, step = tilt * lam / divisor, math.sqrt(lam / (n - 1))"),
            ("Gaussian, divisor", "factor, step = tilt * lam / divisor,", "factor, step = tilt * lam / (divisor + 1),"),
            ("Gaussian, degrees of freedom", "    nu, b, c = constants(nu)\n    done = 0", "    nu, b, c = constants(nu + 1)\n    done = 0"),
            ("Gaussian, weight of a tilt", "return t * (dof / 2) * math.log(tilt)", "return t * ((dof + 1) / 2) * math.log(tilt)"),
            ("Gaussian, a generation less", "        done = at[k]\n        _record(k, state, records)\n\n\n@njit(nogil=True, cache=True)\ndef raw", "        done = at[k] + 1\n        _record(k, state, records)\n\n\n@njit(nogil=True, cache=True)\ndef raw"),
        ],
        "simulate/gaussian/policies.py": [
            ("pooled, divisor", "    return ALONE, whole[1:].astype(np.int64), whole, np.zeros(last)", "    return ALONE, whole[1:].astype(np.int64) + 1, whole, np.zeros(last)"),
            ("pooled, accumulated weights", "whole[:-1] / whole[1:]", "whole[:-1] / (whole[1:] + 1)"),
            ("pooled, a size later", "sizes = [policy.at(fit) for", "sizes = [policy.at(fit + 1) for"),
            ("pooled, start of a fit", "s / (1 - ddof / n)", "s"),
            ("pooled, subsampled", "pool[i, int(rng.random() * ((g + 1) * n))]", "pool[i, int(rng.random() * n)]"),
        ],
        "simulate/discrete.py": [
            ("symbols, shares of the living", "p = weights[k] / total\n", "p = weights[k] / (total + 1)\n"),
            ("symbols, what is kept", "weight = keep * weights[i, k] + base[i, k] + counts[k]", "weight = keep * weights[i, k] + counts[k]"),
            ("symbols, accumulating", "keep = 1.0 if plan.accumulates", "keep = 0.9 if plan.accumulates"),
            ("symbols, the urn's limit", "np.partition(points, mine - 1, axis=1)[:, mine - 1]", "np.partition(points, mine - 1, axis=1)[:, 0]"),
            ("symbols, bounds of a share", "            return 0.0, 1.0\n        case Abs()", "            return 0.0, 0.5\n        case Abs()"),
        ],
        "simulate/stability/coin.py": [
            ("coin, real tosses", "for _ in range(n):", "for _ in range(n - 1):"),
            ("coin, a generation late", "        for _ in range(done, at[k]):", "        for _ in range(done, at[k] + 1):"),
        ],
        "simulate/stability/gaussian.py": [
            ("scale, degrees of freedom", "constants(n), constants(m)", "constants(n + 1), constants(m)"),
            ("scale, the temperature", "tau * v[i] * chi_square", "v[i] * chi_square"),
            ("corrected mean, what is kept", "1 / (1 + float(loop.gamma))", "1 / (1 + 2 * float(loop.gamma))"),
        ],
        "simulate/performative.py": [
            ("risk, step", "theta[i] -= rate * (gamma", "theta[i] -= 1.1 * rate * (gamma"),
            ("risk, spread", "sd * total / n", "sd * total / (n - 1)"),
        ],
    },
    "recheck": {
        "theory/recheck/check.py": [
            ("the mean after a step", "            self._same(f\"the mean of {monomial} after a step\", stepped, read(row[\"after\"], inside))\n", ""),
            ("the start of a monomial", "            self._same(f\"the start of {monomial}\", begun, read(row[\"start\"], self._named({})))\n", ""),
            ("a form at its start", "            self._same(f\"the form of {monomial} at its start\", first, begun if names is None else names[i])\n", ""),
            ("the induction of a form", "            self._same(f\"the induction of {monomial}\", form.xreplace({GENERATION: GENERATION + 1}), moved)\n", ""),
            ("a row that is missing", "                if m != 1 and m not in place:", "                if False:"),
            ("a divisor of a form", "            self._divide(form)\n\n    def add_states", "\n    def add_states"),
            ("the range of a sum", "                if not self._runs(least, around):", "                if False:"),
            ("a range in another one", "for end in (S.Zero, last))", "for end in (S.Zero,))"),
            ("what a fit needs", "every = {CLOCK: GENERATION + 1, FIT: GENERATION + 1}", "every = {CLOCK: S.One, FIT: S.One}"),
            ("the number of the fit", "loop.step_at(now, GENERATION + 1)", "loop.step_at(now, GENERATION)"),
            ("a state at the start", "            self._same(f\"{s} at the start\", forms[s].xreplace({GENERATION: S.Zero}), sympify(loop.initial[s]))\n", ""),
            ("a state after a step", "            self._same(f\"the induction of {s}\", forms[s].xreplace({GENERATION: GENERATION + 1}), moved)\n", ""),
            ("the clock of a state", "| {CLOCK: GENERATION + 1}", "| {CLOCK: GENERATION}"),
            ("equal sides", "        if not (vanishes(gap) or (whole and vanishes_stepwise(gap, self.signs.nonzero))):", "        if False:"),
            ("an induction past a side condition", "        whole = self.place.where == S.true", "        whole = True"),
            ("the sign of the difference", "        if not self.signs.positive(a - b, strict):", "        if False:"),
            ("strict for non-strict", "strict=isinstance(r, Gt | Lt))", "strict=False)"),
            ("a mean above where that is less", "not y.has(*names.values()) and self._rises(y) for y", "not y.has(*names.values()) for y"),
            ("a mean above where it is squared", "not y.has(*names.values()) and self._rises(y) for y", "self._rises(y.xreplace(dict.fromkeys(names.values(), S.One))) for y"),
            ("a probability that tends to another number", " and r.limit == 0:", ":"),
            ("the side that a maximum is on", "        if not larger:\n            yield from below(m, self.moments)\n            return\n", "        yield from below(m, self.moments)\n"),
            ("a limit without a rate", "        if not vanishes_along(f - limit, t, self.signs):", "        if False:"),
            ("a limit before the domain", "        if not self._seen(start - domain.lo, False) or limit.has(t):", "        if False:"),
            ("a rate that does not vanish", "        if not vanishes_along(rate, t, self.signs):", "        if False:"),
            ("the distance from a limit", "            if all(late.positive(rate - sign * (f - limit), strict=False) for sign in (1, -1)):", "            if True:"),
            ("one side of a limit", "strict=False) for sign in (1, -1)):", "strict=False) for sign in (1,)):"),
            ("what moments need", "        if not told.issuperset(unseen):", "        if False:"),
            ("divisors", "            if not self.signs.nonzero(x):", "            if False:"),
            ("places of the claim", "        for name, told in place.written().items():\n            if row[name] != told:", "        for name, told in place.written().items():\n            if False:"),
            ("as many places", "    if len(expected) != len(data[\"places\"]):", "    if False:"),
            ("what is said", "        if part[\"says\"] != str(r):", "        if False:"),
            ("infinite sides", "        if any(x.has(Moment) or x.is_finite is False for x in (a, b)):", "        if any(x.has(Moment) for x in (a, b)):"),
        ],
        "theory/recheck/laws.py": [
            ("normal", "* factorial2(j - 1) for j in evens", "* factorial2(j + 1) for j in evens"),
            ("Laplace", "b**j * factorial(j) for j in range(0, k + 1, 2)", "b**j * factorial(j) for j in range(0, k + 1, 3)"),
            ("chi-square", "return _gamma(law.args[0] / 2,", "return _gamma((law.args[0] + 1) / 2,"),
            ("uniform", "for j in range(int(power) + 1))) / (power + 1)", "for j in range(int(power)))) / (power + 1)"),
            ("binomial", "Mul(*(n - i for i in range(j)))", "Mul(*(n - i - 1 for i in range(j)))"),
            ("counts", "Mul(*(masses[i] ** j for i, j", "Mul(*(masses[i] for i, j"),
            ("where a moment exists", ".doit(deep=False), shape + power", ".doit(deep=False), shape + power + 1"),
            ("between ends", "_bell(low, k - 1) - _bell(high, k - 1)", "_bell(low, k - 1)"),
            ("a tilted Gaussian", "precision = 1 / variance - 2 * bend", "precision = 1 / variance + 2 * bend"),
            ("a tilted uniform law", "return top / bottom, slope**2", "return top / bottom, S.One"),
        ],
        "theory/recheck/single.py": [
            ("a size", "sqrt(2 * v / pi) * exp(-(m**2) / (2 * v))", "sqrt(2 * v / pi) * exp(-(m**2) / v)"),
            ("an error function", "2 * atan(c * sqrt(2 * v)) / pi", "2 * atan(c * sqrt(v)) / pi"),
            ("an exponential", "slope**2 * v / 2)", "slope**2 * v)"),
            ("an exponential of a square", "left = 1 - 2 * bend * v", "left = 1 - bend * v"),
            ("where that exists", "* laws.moment(tilted, power)[0], left", "* laws.moment(tilted, power)[0], S.One"),
            ("where it exists", "* left**-shape, left", "* left**-shape, S.One"),
            ("logistic draws", "c / (k + 1) for (k,), c", "c / (k + 2) for (k,), c"),
            ("constants are numbers", "not times and not f.free_symbols and is_bounded(f)", "not times and is_bounded(f)"),
        ],
        "theory/recheck/averages.py": [
            ("laws are laws", "                    self.needs[quantity, strictly] = None", "                    pass"),
            ("moments that exist", "            self.needs[condition, True] = None", "            pass"),
            ("infinite moments", "        elif not condition.is_positive:", "        elif False:"),
            ("whole numbers of draws", "                if not all(sympify(q).is_integer for q in z.law.numbers()):", "                if False:"),
        ],
        "theory/recheck/moments.py": [
            ("a Gaussian among others", "        if others or not is_gaussian(loop, name):", "        if not is_gaussian(loop, name):"),
            ("a variance", "        variance = square - mean**2\n", "        variance = square\n"),
            ("from its start on", "            if base != 0 or x.atoms(Observable):\n                raise\n", ""),
            ("what steps divide by", "            averages.needs[b.xreplace(put) ** 2, True] = None", "            pass"),
            ("variances", "* (-mean) ** (k - j) for j in range(k + 1)", "* mean ** (k - j) for j in range(k + 1)"),
            ("covariances", "self._mean(x * y) - self._mean(x) * self._mean(y)", "self._mean(x * y)"),
            ("the step back", "before = {s: Observable(loop, s, late - 1)", "before = {s: Observable(loop, s, late)"),
            ("the clock of an orbit", "    for fit in range(1, steps + 1):", "    for fit in range(0, steps):"),
            ("steps of a form", "form.xreplace({GENERATION: late - base})", "form.xreplace({GENERATION: late - base + 1})"),
            ("forms from the start only", "        if changes and (base != 0 or x.atoms(Observable)):", "        if False:"),
            ("generations in their order", "            if all((late - t).is_nonnegative or self.least(late - t) for t in times):", "            if True:"),
        ],
        "theory/recheck/signs.py": [
            ("a power that falls", "(base.has(Function) and signs.positive(1 - base, True))", "base.has(Function)"),
            ("closed intervals for open ones", "**({\"nonnegative\": True} if getattr(d, \"closed\", False) else {\"positive\": True})", "**{\"positive\": True}"),
            ("integers from the next one on", "                out[s] = d.lo + k\n", "                out[s] = d.lo + k + 1\n"),
            ("coefficients of other signs", "        if sign and own != sign:\n            return None\n", ""),
            ("never 0", "never or all(s.is_positive for s in powers)", "True"),
            ("odd powers", "s.is_nonnegative or (s.is_real and k % 2 == 0) for", "s.is_real for"),
            ("a power that does not fall", "    return _of_whole(1 - base) == (1, True)", "    return True"),
            ("a denominator of any degree", "any(powers) or j < q.degree()", "any(powers) or j <= q.degree()"),
            ("a multiple that may be below 0", "if _fits(self.sign(c), 1, False) and _fits(", "if _fits("),
            ("Bernoulli's inequality", "1 + e * (base - 1) + u if", "1 + 2 * e * (base - 1) + u if"),
            ("powers of a product", "total[0] * (s[0] if k % 2 else 1)", "total[0] * s[0]"),
            ("terms of other signs", "    if len(known) < len(signs) or len(own) > 1:", "    if len(known) < len(signs):"),
            ("a term of no sign", "    if len(known) < len(signs) or len(own) > 1:", "    if len(own) > 1:"),
            ("squares of what is no real number", "if x.exp > 0 and ((even and x.base.is_real) or s is not None):", "if x.exp > 0 and (even or s is not None):"),
            ("by squares of what may be below 0", "            if _fits(self.sign(a), 1, False) and _fits(self.sign(b), 1, False):", "            if _fits(self.sign(b), 1, False):"),
            ("by the squares the other way", "gap = expand(a**2) - expand(b**2)", "gap = expand(b**2) - expand(a**2)"),
            ("roots the other way", "(s if gap[0] > 0 else other if", "(other if gap[0] > 0 else s if"),
            ("factors below 0", "sum(below) % 2 == 0 and all(seen(-f", "all(seen(-f"),
            ("a variable that a side condition keeps", "for s in x.free_symbols - bound if s.is_nonnegative", "for s in x.free_symbols if s.is_nonnegative"),
            ("a quadratic with roots", "multiplied_out(y)) for y in (a, 4 * a * c - b**2))", "multiplied_out(y)) for y in (a, 4 * a * c))"),
            ("a quadratic with a root", "            return lead[0], less[1]", "            return lead[0], True"),
        ],
        "theory/recheck/rising.py": [
            ("what falls, but not to 0", "self.positive(-move, strict, deep - 1) and self._falls_to_0(here, s)", "self.positive(-move, strict, deep - 1)"),
            ("what rises from below 0", "                if self.positive(begun, above, deep - 1):", "                if True:"),
            ("a step of two from one value", "            if step < 2 and self.positive(", "            if self.positive("),
            ("what has no value somewhere", "            if simpler and (of or operations(here) <= MOST_RATIONAL) and self._smooth(here):", "            if simpler and (of or operations(here) <= MOST_RATIONAL):"),
            ("a value where there is none", "is_zero is not False:\n            return None\n", "is_zero is not False:\n            pass\n"),
            ("logarithms of what may be below 0", "        if any(self.signs.sign(y) != (1, True) for y in (a, b)):\n            return False\n", ""),
            ("a factor below 0", "self.positive(-left if below else left, strict, deep)", "self.positive(left, strict, deep)"),
            ("a term of the order of 1/v", "log(lead) + (second[0] - second[1]) / v", "log(lead)"),
            ("a coefficient of any degree", "self._degree(slope, v) > most:", "False:"),
            ("Stirling's formula", "(z - Rational(1, 2)) * log(z) - z + log(2 * pi) / 2", "(z - Rational(1, 2)) * log(z) - z"),
            ("the whole of a sum", "    return zeta(-e)\n", "    return zeta(-e) + 1\n"),
        ],
        "theory/recheck/gaussian.py": [
            ("Gaussian draws", "not all(isinstance(z.law, Normal) and not", "not all(not"),
            ("laws that go by the state", " and not z.law.has(*state, Noise) for z", " for z"),
            ("lines", ".total_degree() <= 1)", ".total_degree() <= 2)"),
            ("the start of a line", " and _is_line(sympify(begun[s]), ()))", ")"),
            ("coordinates that a line takes in", "if x.has(v) and other not in done]", "if False]"),
            ("steps that tell it", "    return tells_all(loop)", "    return True"),
        ],
        "theory/language/left_open.py": [
            ("what a class before says", "            yield said\n", "            yield said\n            return\n"),
        ],
        "theory/recheck/untold.py": [
            ("a degree that is not told", "        if degree > (said.given if given else said.degree) or", "        if"),
            ("of a known model", "(said.given if given else said.degree)", "said.degree"),
        ],
        "theory/recheck/paths.py": [
            ("Markov, of what may be below 0", "        elif x.is_nonnegative and not x.has(PathMax):", "        elif not x.has(PathMax):"),
            ("Markov, at any level", " or not positive(level):", ":"),
            ("Markov, a power of the level", "E(x**p) / level**p for p", "E(x**p) / level ** (2 * p) for p"),
            ("Doob, of no martingale", "    if isinstance(y, Abs) and is_martingale(y.args[0], s, moments):", "    if isinstance(y, Abs):"),
            ("Doob, squares of no martingale", "        if e == 2 and is_martingale(base, s, moments):", "        if e == 2:"),
            ("Doob, a factor", "yield 4 * E(", "yield 2 * E("),
            ("Ville, of what may be below 0", "    if y.is_nonnegative and is_martingale(y, s, moments):", "    if is_martingale(y, s, moments):"),
            ("Ville, of no martingale", "    if y.is_nonnegative and is_martingale(y, s, moments):", "    if y.is_nonnegative:"),
            ("Ville, integrated too far", " and positive(1 - e / k)", ""),
            ("a path without a mean", "        moments.value(E(y))\n", ""),
            ("a path that begins later", "    if low != 0 or not t.is_integer or", "    if not t.is_integer or"),
            ("a path that may be empty", " or not positive(t + 1):", ":"),
            ("a power that changes along the path", "        if e.has(s):\n            return\n", ""),
            ("what the mean of a step is", " and vanishes((after - y).xreplace(now))", ""),
        ],
        "theory/recheck/turns.py": [
            ("the other way", "    first = 1 if shape.rises_first else -1", "    first = 1"),
            ("one side only", "for ends, sign in ((before, first), (after, -first))", "for ends, sign in ((before, first),)"),
            ("a peak before the range", "    if not signs.positive(shape.peak - a, False) or", "    if"),
        ],
        "theory/recheck/stepwise.py": [
            ("the first value", "    if not vanishes(x.xreplace({k: S.Zero})):\n        return False\n", ""),
            ("a step by what may be 0", "nonzero(below) and vanishes(", "vanishes("),
        ],
        "theory/recheck/binders.py": [
            ("a sum from another term on", "    return x.function.xreplace({k: low + j}), j, expand(high - low)", "    return x.function.xreplace({k: j}), j, expand(high - low)"),
            ("terms that are written out", "rest = [term.xreplace({j: moving + i}) for i", "rest = [term.xreplace({j: moving + i - 1}) for i"),
            ("how many they are", "[term.xreplace({j: S(i)}) for i in range(number + 1)]", "[term.xreplace({j: S(i)}) for i in range(number)]"),
            ("factors that may be below 0", "not (a.is_positive and b.is_positive)", "not a.is_positive"),
            ("a product by gammas", "gamma(b / a + last + 1) / gamma(b / a)", "gamma(b / a + last) / gamma(b / a)"),
            ("ranges of halves", "    if not (low.is_integer and high.is_integer):", "    if False:"),
            ("ranges that run backwards", "        yield last + 1, around", "        yield last + 3, around"),
        ],
        "theory/recheck/fractions.py": [
            ("roots", "c * whole ** (k // order) * name", "c * whole ** (k // order + 1) * name"),
            ("gammas", "steps = [a + i for i in range(d)]", "steps = [a + i + 1 for i in range(d)]"),
            ("signs of factors", "        if negative and k % 2:", "        if False:"),
            ("roots of negative factors", "            if f.is_positive or (e.is_integer and k.is_integer):\n                out", "            if True:\n                out"),
            ("a logarithm's sign", "        if all(f.is_positive and k.is_real for f, k in found):", "        if True:"),
        ],
        "theory/recheck/states.py": [
            ("states at the start", "    left = {pair for pair in left if _seen(signs, pair[0].xreplace(begun), pair[1])}\n", ""),
            ("states after a step", "        if still == left:\n", "        if True:\n"),
            ("uniform draws", "ways = [low + (high - low)", "ways = [low + 1 + (high - low)"),
            ("what only keeps others", "signs) & set(asked)", "signs)"),
            ("exponential draws", "ways = [Dummy(\"u\", real=True)]", "ways = [Dummy(\"u\", positive=True)]"),
            ("a count of 0", "for share in (1 / (1 + u), u / (1 + u))]", "for share in (1 / (1 + u),)]"),
            ("no degrees of freedom", " if z.law.dof.is_positive else u]", "]"),
            ("all of the counts", "moved = [Dummy(\"w\", positive=True) if v is w else v for v in weights]", "moved = [*weights[:-1], Dummy(\"w\", positive=True)]"),
        ],
        "theory/recheck/text.py": [
            ("a difference", "            return x - y\n", "            return y - x\n"),
            ("where a sum begins", "inside = _node(term, {**names, name: low + k})", "inside = _node(term, {**names, name: k})"),
        ],
    },
    "rule 26, declarations": {
        "theory/language/loops.py": [
            ("a sign at the start", "    signed = frozenset(name for name, x in start.items() if has_sign(x))", "    signed = frozenset(start)"),
            ("a sign after a step", "        kept = frozenset(name for name, x in worst.items() if has_sign(x) or has_sign(_spread_out(loop, x)))", "        kept = signed"),
        ],
        "theory/language/randomness.py": [
            ("a random start", "said = [*loop.initial.values(), *loop.step(loop.symbols()).values()]", "said = [*loop.step(loop.symbols()).values()]"),
        ],
        "theory/language/strangers.py": [
            ("a subclass with a step of its own", "        if not said.isdisjoint(set(vars(one)) - PLAIN - AUTOMATIC):", "        if False:"),
        ],
        "theory/proof/structures/symmetry.py": [
            ("a symmetry", "said.standard != loop and _holds(said, loop) else None", "said.standard != loop else None"),
        ],
        "theory/proof/structures/marginals.py": [
            ("a coordinate by itself", "    if said is None or not _moves_alike(o.loop, o.name, said.loop, said.name):", "    if said is None:"),
        ],
        "theory/proof/structures/masses.py": [
            ("masses below 0", "if any(p < 0 for p in state.values()) or Add(", "if Add("),
        ],
        "theory/proof/structures/falling.py": [
            ("an equation of several roots", "    return inherited or _falls(sympify(loop.estimating(AFTER, NOW)))", "    return True"),
        ],
    },
    "rule 27, identity": {
        "theory/language/loops.py": [
            ("the clock in a loop's arguments", "        if not any(sympify(x).has(CLOCK, Noise, Observable) for x in state.values()):", "        if True:"),
            ("draws of a fit", "        after = {name: _at(x, t, \"fit\", t) for name, x in self.step(now).items()}", "        after = {name: _at(x, t, \"start\") for name, x in self.step(now).items()}"),
            ("the index of a draw", "_at(said, t, \"draw\", t, index)", "_at(said, t, \"draw\", t)"),
        ],
        "theory/proof/standard.py": [
            ("loops of one standard form", "if list(forms.values()).count(form) > 1)", "if False)"),
            ("one loop written in two ways", "        if _amounts_to(one, other):", "        if False:"),
            ("generations that may be one", "        if of_one and (o.t - other.t).is_zero is not False:", "        if False:"),
        ],
        "theory/proof/prepared.py": [
            ("listed values that make one of two", "    if any(len(claim.relation(other).atoms(Loop)) > count for other in claim.cases):", "    if False:"),
        ],
        "theory/proof/structures/written.py": [
            ("one name for draws from two laws", "            if (other := names[z.args[0]]).whole != z.whole:", "            if (other := names[z.args[0]]) is None:"),
        ],
    },
    "rule 28, conditioning": {
        "theory/proof/standard.py": [
            ("a hidden coordinate", "        if isinstance(given, Model) and (name := structures.hidden(out, loop, given.t)):", "        if isinstance(given, Model) and (name := \"\"):"),
        ],
        "theory/proof/structures/deployed.py": [
            ("all coordinates are the model's", "    if len(names) == 1:\n", "    if names:\n"),
            ("parameters that a law does not tell", "    if not isinstance(law, TELLING):", "    if False:"),
            ("an even power", "and (o.is_positive or e.is_odd):", "and True:"),
            ("a slope that may be 0", "    return o if found is not None and found[0].is_nonzero else None", "    return o"),
            ("a sum of two", "    if len(found) != 1:\n        return None\n    (o,) = found", "    if not found:\n        return None\n    o = next(iter(found))"),
        ],
    },
    "rule 29, existence": {
        "theory/language/binders.py": [
            ("a declared sign, from below", "return all(_sign(e, strict and r.counted, r.around, domains) for e in ends)", "return True"),
            ("a range that runs backwards", "            if gap.is_negative:", "            if False:"),
            ("a declared integer", "    if v.is_rational and not r.counted:", "    if False:"),
        ],
        "theory/proof/existence.py": [
            ("means that have to be finite", "    if part.needed & set(infinite):", "    if False:"),
            ("what is infinite is refuted", "    if found.verdict != Verdict.REFUTED or (a == b", "    if (a == b"),
        ],
        "theory/proof/finiteness.py": [
            ("powers below 0", "    return any(p.base.has(*random) or", "    return any(False and p.base.has(*random) or"),
            ("heavy tails", "    if any(z.law.far_out is not oo for z in x.atoms(Noise)):", "    if False:"),
            ("infinite sides without oo", "    if not any(x.is_infinite for x in written) and not all(", "    if False and not all("),
        ],
        "theory/proof/events.py": [
            ("events of what has no value", "            if taken.free_symbols & random.keys() and not _meets(taken, x, need):", "            if False:"),
        ],
        "simulate/engine/plan.py": [
            ("infinite means are simulated", "        if infinite:\n            named", "        if False:\n            named"),
            ("what a sample does not show", "            if may_hide(m):", "            if False:"),
        ],
    },
    "rule 30, atoms": {
        "simulate/engine/lattice.py": [
            ("the lattice of a sum", "return None if None in parts else reduce(common, parts, S.Zero)", "return None if None in parts else parts[0]"),
            ("the lattice of a power", "return below**x.exp", "return below"),
        ],
        "simulate/engine/jumps.py": [
            ("rounded values taken as they are", "rounded = any(isinstance(k, tuple) and k[0] == ROUNDED for k in records)", "rounded = False"),
            ("near-ties counted one way", "        return low if np.array_equal(low, high) else Both(low, high)\n\n    def _settle", "        return low\n\n    def _settle"),
        ],
        "simulate/engine/plan.py": [
            ("the upper reading forgotten", "    if isinstance(sums, Sums) and sums.upper is not None:", "    if False:"),
        ],
        "simulate/engine/rounding.py": [
            ("a tenth of a unit", "        table = 0.5 * 10.0 **", "        table = 0.05 * 10.0 **"),
        ],
        "theory/proof/arithmetic/atoms.py": [
            ("a decimal number at an atom", "or (ball == 0 and not decimal):", "or ball == 0:"),
            ("strictly above", "    Gt: lambda s: s > 0,", "    Gt: lambda s: s >= 0,"),
        ],
    },
    "rule 31, strict": {
        "theory/language/verdicts.py": [
            ("not seen to be apart", "    if op in STRICT:  # rule 31", "    if False:  # rule 31"),
            ("sides that touch", "(op in STRICT and gap <= 0)", "(op in STRICT and gap < 0)"),
        ],
        "theory/proof/enclose.py": [
            ("equal by derivation", "        if same(part.a.xreplace(at), part.b.xreplace(at), part.moments_at(values)):", "        if False:"),
            ("a flat step", "                and same(*part.heights(early, late))", "                and False"),
        ],
        "theory/proof/relations/inequality.py": [
            ("strict for non-strict", "    if not positive(rest, cert, strict):", "    if not positive(rest, cert, False):"),
        ],
        "theory/proof/relations/shapes.py": [
            ("a constant", "    if _is_constant(f, line):", "    if False:"),
        ],
        "simulate/engine/touching.py": [
            ("as if they touched", "0 < left < TOUCHES * min(beside):", "False:"),
            ("a parabola", "    found = distance(there) if abs(shift) <= 1 else None", "    found = None"),
        ],
    },
    "rule 32, limits": {
        "theory/proof/relations/limit.py": [
            ("a rate that does not vanish, at points", "seen = float(distance) if rate_vanishes(part) else float(\"inf\")", "seen = float(distance)"),
            ("a rate that does not vanish, proved", "    if not rate_vanishes(part):", "    if False:"),
            ("how far off a limit is told", "    distance = abs(a).upper() + b.upper() + a.rad()", "    distance = abs(a).upper()"),
        ],
        "theory/language/summaries.py": [
            ("a rate that is still wide", "        sharp = sharp and share <= LIMIT", "        sharp = True"),
            ("what tells no limit", "        sharp = sharp and share <= LIMIT", "        sharp = sharp and isfinite(share)"),
        ],
    },
    "rule 33, reach": {
        "theory/language/summaries.py": [
            ("half of the points", "return 2 * self.decided < self.planned or", "return 4 * self.decided < self.planned or"),
            ("ends that are missing", " or bool(self.missing or self.beyond)", ""),
            ("hunted points count", "and f.origin not in (HUNTED, OUTSIDE)\n    ]", "\n    ]"),
        ],
        "theory/proof/reach.py": [
            ("ends before the first fit", "    return values == at or not idle(claim, values) or idle(claim, at)", "    return True"),
        ],
        "simulate/engine/ascent.py": [
            ("not far out", "        for way in self._ways() if self.in_balls else ():", "        for way in ():"),
            ("a look at the corners", "            for values in self._corners(starts):", "            for values in ():"),
            ("declared, and steeper", "        if steady(trail) and (self._declared(way)", "        if (self._declared(way)"),
        ],
        "simulate/engine/trails.py": [
            ("a margin that shrinks", "    return limit < FADED * c", "    return False"),
        ],
    },
    "rule 34, isolation": {
        "reports/analytic.py": [
            ("an error of a witness", "    except (Exception, OutOfTime) as error:\n        return [failed(claim, by, error)]", "    except OutOfTime as error:\n        return [failed(claim, by, error)]"),
            ("the end by the clock is a finding", "        return Finding(claim.id, claim.family, by, Verdict.OUT_OF_TIME,", "        return Finding(claim.id, claim.family, by, Verdict.UNDECIDED,"),
        ],
        "reports/workbench.py": [
            ("an error of a part", "        except (Exception, OutOfTime) as error:\n            from", "        except OutOfTime as error:\n            from"),
        ],
        "reports/clock.py": [
            ("the time of others", "        if number == signal.SIGALRM and self.elapsed.seconds < self.seconds:", "        if False:"),
            ("timers left running", "            signal.setitimer(timer, *rest)", "            signal.setitimer(timer, *((self.seconds, AGAIN) if rest == (0.0, 0.0) else rest))"),
            ("the precision after it", "        ctx.prec = self.bits\n", ""),
        ],
        "reports/apart.py": [
            ("a part that has ended is tried again", "            before[self.part] = [str(verdict), how]", "            self._refuse(f\"{place}: {whose}{how}\", self.claim)"),
        ],
    },
    "rule 35, repeatability": {
        "theory/language/order.py": [
            ("the order of hashes", "    return sorted(listed, key=texts.__getitem__)", "    return sorted(listed, key=hash)"),
        ],
        "theory/proof/arithmetic/precision.py": [
            ("made at another precision", "        return made(ctx.prec, *args)", "        return made(0, *args)"),
            ("the precision is not restored", "        ctx.prec = self.before\n", "        pass\n"),
        ],
        "theory/proof/methods/deterministic.py": [
            ("what was asked for before", "        if self.vague is not None and self.vague <= t:", "        if self.vague is not None:"),
        ],
        "simulate/engine/streams.py": [
            ("a stream by Python's hash", "    words = np.frombuffer(blake2b(key.encode(), digest_size=16).digest(), dtype=\"<u4\")", "    words = np.array([hash(key) % 2**32], dtype=\"<u4\")"),
            ("every block the same", "    entropy: Any = [seed, batch, block, *words.tolist()]", "    entropy: Any = [seed, batch, 0, *words.tolist()]"),
            ("the second batch is the first", "    entropy: Any = [seed, batch, block, *words.tolist()]", "    entropy: Any = [seed, 0, block, *words.tolist()]"),
        ],
        "reports/replay.py": [
            ("another seed", "    with Runner(old.seed, cores()) as runner:", "    with Runner(0, cores()) as runner:"),
        ],
    },
    "rule 36, witnesses that differ": {
        "theory/language/summaries.py": [
            ("no alarm", "    contradiction = contradiction or _disjoint(findings) or alarm\n", "    contradiction = contradiction or _disjoint(findings)\n"),
            ("should have seen it", "elif held.resolution is None or size > held.resolution:", "elif False:"),
            ("a coarser one is an alarm, too", "elif held.resolution is None or size > held.resolution:", "elif True:"),
            ("of different scales", "                if size is None or held.scale != wrong.scale:", "                if size is None:"),
            ("another point's margin", "        return max(findings, key=lambda f: _violation(f) or 0.0, default=None)", "        return min(findings, key=lambda f: _violation(f) or 0.0, default=None)"),
            ("another finding's guarantee", "        guarantee=shown.guarantee if shown else _guarantee(telling),", "        guarantee=_guarantee(telling),"),
            ("margins of the other verdict", "if f.margin is not None and (f.verdict == Verdict.REFUTED) == (verdict == Verdict.REFUTED)\n", "if f.margin is not None\n"),
        ],
    },
}
