"""Every rule of STATISTICS.md has tests that fail without it: which, and those that stand nowhere else.

For each of the rules 1 to 25 the tests named in `TESTS` were run against copies of the program in which the rule was broken
by hand, in one to seven ways a rule (the second half of a test's reason to be is that it can fail). Rules 26 to 36 answer
attacks that worked: their tests are those attacks, and failed before.
"""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import numpy as np
import pytest
from flint import arb
from sympy import Eq, Integer, Lt, Rational, Symbol, log, prod, sqrt

from simulate import estimate
from simulate.engine.blocks import BLOCK, PILOT, PILOT_BATCH
from simulate.engine.dispatch import estimand
from simulate.engine.streams import generator
from theory import E, GaussianLoop, Integers, c4, catalogue, claim
from theory.proof.arithmetic import gammas
from theory.proof.enclose import value
from theory.proof.methods import recursion
from theory.proof.relations.prove import prove
from theory.proof.signs import Certificate, positive
from theory.proof.symbols import averages

HERE = Path(__file__).parent

TESTS = {  # rule: "file: test", without test_ and .py
    1: [
        "language: a_claim_starts_with_the_joint_points_of_its_loop",
        "language: all_cases_see_the_first_joint_point_before_any_sees_the_second",
        "language: points_are_numbered_deterministic_and_inside",
        "simulation: the_witness_takes_points_as_they_are_numbered",
    ],
    2: [
        "simulation: n_2_t_100_is_left_out_beforehand",
        "simulation: no_counted_block_is_drawn_for_what_is_left_out",
        "simulation: above_the_cap_is_left_out_with_its_price",
        "simulation: leaving_out_does_not_lower_the_verdict",
        "simulation: pilots_have_their_own_stream_and_are_not_merged",
        "rules: no_path_of_a_pilot_is_counted",
    ],
    3: [
        "enclose: combination_of_witnesses",
        "enclose: the_orders_of_verdicts",
        "enclose: supported_at_points_is_not_proved",
    ],
    4: [
        "enclose: proved_beside_refuted_is_an_alarm",
        "enclose: disjoint_balls_of_one_side_are_an_alarm",
    ],
    5: [
        "simulation: conditional_and_raw_kernels_agree",
        "simulation: what_averages_to_a_constant_is_simulated_raw",
        "kernels: sufficient_statistic_has_the_law_of_drawn_points",
        "rules: an_error_of_one_witness_stays_with_it",
    ],
    6: [
        "enclose: the_scale_of_a_violation",
        "enclose: the_margin_is_positive_where_an_inequality_holds",
        "witness: a_violation_of_one_resolution_is_caught",
        "calibration: violations_are_caught_at_the_printed_resolution",
    ],
    7: [
        "enclose: decisions",
        "enclose: equal_sides_do_not_hold_strictly",
        "enclose: no_true_relation_is_refuted_and_no_fine_false_one_supported",
    ],
    8: [
        "enclose: removable_singularities_are_undecided_not_false",
        "enclose: a_ball_that_says_nothing_decides_nothing",
        "enclose: a_float_of_a_claim_is_a_ball_that_contains_it",
        "enclose: a_float_in_a_claim_costs_its_precision",
        "enclose: what_is_left_of_decimal_numbers_decides_nothing",
        "decimals: a_decimal_number_is_what_is_written",
        "decimals: what_has_been_computed_proves_nothing",
        "language: relations_of_moments_are_never_evaluated",
    ],
    9: [
        "boxes: what_touches_is_never_proved_strictly",
        "boxes: an_equality_is_not_proved_by_enumeration",
        "enclose: a_finite_domain_is_proved_value_by_value",
    ],
    10: [
        "prove: bounds_are_certified_and_slightly_stronger_ones_are_not",
        "prove: certificates_tell_their_steps",
        "prove: a_sign_is_strict_or_not",
        "boxes: more_than_three_reals_are_refused_with_a_reason",
        "rules: the_cheapest_argument_comes_first",
        "rules: what_falls_to_a_negative_limit_is_not_positive",
    ],
    11: [
        "prove: a_limit_with_a_rate",
        "prove: a_rate_must_vanish_and_hold",
        "prove: vanishing",
        "prove: a_limit_over_a_domain_that_ends",
        "enclose: parts_of_a_conjunction_and_of_a_limit",
        "stability_location: sampled_roots",
        "stability_location: a_step_from_an_interval_for_the_score_contains_the_root",
    ],
    12: [
        "recursion: identities_have_one_normal_form",
        "recursion: near_misses_have_different_normal_forms",
        "recursion: existence_conditions_are_reported",
        "recursion: what_is_not_derivable_says_why",
        "prove: a_moment_is_proved_only_where_it_exists",
        "prove: no_mutant_is_proved",
        "rules: sides_that_agree_at_many_numbers_are_not_equal",
    ],
    13: [
        "prove: ville_is_refused",
        "prove: markov_is_refused",
        "prove: jensen_in_the_wrong_direction",
        "prove: a_lemma_in_words_is_not_a_proof",
        "prove: path_lemmas_are_refused",
        "rules: a_lemma_is_named",
    ],
    14: [
        "prove: the_scale_of_the_formula_is_kept",
        "prove: location_is_kept",
        "witness: a_wrong_power_of_the_scale_is_seen_by_simulation_alone",
    ],
    15: [
        "estimate: shares_sum_to_at_most_alpha_and_to_nearly_all_of_it",
        "estimate: a_share_depends_on_its_own_numbers_only",
        "witness: a_point_has_the_share_of_its_number",
        "witness: parts_share_a_point_and_all_of_them_count",
        "calibration: suites_of_true_claims_are_refuted_at_most_nominally",
    ],
    16: [
        "witness: looks_are_at_fixed_block_counts_and_spend_fixed_shares",
        "witness: the_clock_only_stops_further_looks",
        "simulation: asking_for_more_changes_no_number",
        "simulation: a_claim_alone_or_among_others",
        "calibration: a_second_look_at_the_full_level_would_miss_too_often",
    ],
    17: [
        "witness: a_refutation_needs_a_second_batch_on_the_same_side",
        "witness: exact_laws_and_bounded_values_need_no_second_batch",
        "estimate: each_interval_says_with_what_right",
        "calibration: first_batches_refute_a_true_claim_no_more_often_than_their_share",
    ],
    18: [
        "estimate: the_level_holds_at_the_levels_a_suite_spends",
        "estimate: gates_are_named_in_the_note",
        "estimate: estimated_skewness_is_doubled",
        "estimate: heavy_tails_are_refused_where_a_plain_interval_misses_far_too_often",
        "calibration: heavier_tails_are_refused_before_they_are_missed",
        "calibration: skewed_laws_at_the_gate_keep_the_levels_a_suite_spends",
        "calibration: the_larger_top_refuses_less_that_is_tame_and_more_that_is_not",
    ],
    19: [
        "estimate: clopper_pearson_covers_exactly",
        "estimate: quantile_intervals_cover_and_are_not_much_wider_than_order_statistics",
        "estimate: empirical_bernstein_covers",
        "estimate: bounded_ball_stays_within_the_bounds_and_checks_them",
        "witness: exact_laws_and_bounded_values_need_no_second_batch",
        "calibration: an_interval_misses_at_most_as_often_as_it_says",
        "calibration: exact_laws_are_exact",
    ],
    20: [
        "suite: other_settings_are_run",
        "suite: fresh_runs_what_is_settled",
    ],
    21: [
        "simulation: the_tilt_makes_the_variance_small",
        "simulation: moments_of_a_weighted_power",
        "simulation: weights_are_fixed_by_the_pilot",
        "simulation: controls_have_mean_zero",
        "kernels: tilted_weights_restore_the_plain_law",
        "calibration: an_interval_misses_at_most_as_often_as_it_says",
        "rules: the_tilt_is_that_of_the_power",
    ],
    22: [
        "enclose: infinite_sides",
        "recursion: infinite_moments",
        "witness: what_no_sample_can_decide_is_left_out_with_the_reason",
    ],
    23: [
        "enclose: what_is_larger_than_the_resolution_is_refuted_in_balls",
        "twins: the_simulation_judges_from_the_balls_of_the_claim",
        "twins: a_declared_twin_that_is_true_fails_the_suite",
        "twins: a_twin_too_small_to_see_does_not",
    ],
    24: [
        "workbench: screening_spends_no_error_probability_and_draws_nothing_that_counts",
        "workbench: candidates_that_are_not_confirmed_are_left_alone",
    ],
    25: [
        "data: false_alarms_are_rarer_than_alpha",
        "data: the_error_is_shared_by_the_points_and_their_estimates",
    ],
    26: [
        "believed: a_false_sign_proves_nothing",
        "believed: what_is_random_is_seen_from_start_and_step",
        "believed: a_symmetry_that_start_step_or_draws_do_not_have_is_not_used",
        "believed: a_coordinate_that_is_not_alone",
        "believed: law_and_draws_of_a_model_have_to_agree",
        "believed: what_follows_from_a_definition_is_not_redefined",
    ],
    27: [
        "identity: draws_of_one_name_are_different_draws",
        "identity: a_draw_whose_law_depends_on_another_is_averaged_first",
        "identity: loops_that_agree_at_some_numbers_are_neither_two_nor_one",
        "identity: the_number_of_the_fit_in_a_loop_is_left_where_it_is",
    ],
    28: [
        "identity: a_model_does_not_tell_the_data_it_was_trained_on",
        "identity: what_the_model_tells",
    ],
    29: [
        "existence: what_has_no_value_is_not_decided",
        "existence: points_without_a_mean_are_not_passed_over",
        "existence: simulation_leaves_no_infinite_mean_out",
        "lost: nothing_is_divided_by_0",
        "lost: what_has_gone_has_a_value",
        "lost: a_mean_that_has_gone_is_finite",
    ],
    30: [
        "atoms: a_share_at_every_level_of_its_lattice",
        "atoms: sums_in_floats_are_counted_both_ways",
        "atoms: a_decimal_at_an_atom_decides_nothing",
        "atoms: rounded_values_of_an_unknown_law_are_counted_both_ways",
        "underflow: what_floats_do_not_tell_is_not_told",
    ],
    31: [
        "existence: equal_sides_are_not_apart",
        "existence: simulation_does_not_support_a_strict_relation_between_equals",
        "enclose: decisions",
    ],
    32: [
        "existence: a_rate_that_tells_no_limit",
        "existence: a_false_limit_is_refuted_far_out",
        "existence: a_variable_that_is_not_what_it_was_declared",
        "existence: a_range_that_runs_backwards",
    ],
    33: [
        "reach: three_of_forty_four_points_are_no_support",
        "reach: ends_that_nobody_can_reach_are_listed_and_no_support",
        "reach: check_refutes_what_is_false_far_out",
        "reach: check_does_not_support_what_is_weakest_at_the_last_point",
    ],
    34: [
        "isolation: hostile_claims_before_a_good_one",
        "isolation: what_does_not_end_is_ended",
    ],
    35: [
        "repeatable: balls_do_not_depend_on_what_was_evaluated_before",
        "repeatable: the_rule_of_gauss_and_legendre_is_the_same_after_higher_precision",
        "cli: reproduce_is_identical",
    ],
    36: [
        "reach: a_coarser_witness_is_explained",
        "reach: a_witness_that_should_have_seen_it_is_an_alarm",
    ],
}


def functions(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_every_rule_has_tests_and_they_exist():
    text = (HERE.parent / "STATISTICS.md").read_text(encoding="utf-8")
    assert set(TESTS) == set(map(int, re.findall(r"^(\d+)\. ", text, re.MULTILINE)))
    for names in TESTS.values():
        for file, name in (x.split(": ") for x in names):
            assert f"test_{name}" in functions(HERE / f"test_{file}.py"), f"{file}: {name}"


# ---- rule 2 ---------------------------------------------------------------------------------------------------------
def test_no_path_of_a_pilot_is_counted():
    """In either batch: no value of the pilot is a value of a counted block. (In one stream they would be its first.)"""
    (x,) = estimand(E(GaussianLoop(10).sigma(1))).statistics

    def drawn(batch: int, size: int) -> np.ndarray:
        return x.values(x.simulation.draw(generator(0, x.simulation.key, 0, batch), size, [1]))

    pilot = drawn(PILOT_BATCH, PILOT)
    for batch in (0, 1):
        assert not np.isin(pilot, drawn(batch, BLOCK)).any()
    assert np.isin(drawn(0, PILOT), drawn(0, BLOCK)).all()


# ---- rule 5 ---------------------------------------------------------------------------------------------------------
def test_an_error_of_one_witness_stays_with_it(monkeypatch):
    """A wrong integral of the derivation moves no ball and no simulation, a wrong one of the balls no derivation."""
    n, t = 1237, 3  # of no other test: derivations are cached
    wanted = E(GaussianLoop(n).sigma(t) ** 4)
    truth = Rational(n + 1, n - 1) ** t
    exact = arb(int(truth.p)) / int(truth.q)
    law_moment, integral = averages.law_moment, gammas.chi_square_moment

    def wrong(law, *powers):
        form, exists = law_moment(law, *powers)
        return 2 * form, exists

    with monkeypatch.context() as broken:
        broken.setattr(averages, "law_moment", wrong)
        assert recursion._moment.__wrapped__(wanted.variable, GaussianLoop(n)).form == 2**t * truth
        assert value.__wrapped__(wanted).value.overlaps(exact)
        (ball,) = estimate([wanted], 10**5)
        assert abs(ball.midpoint - float(truth)) <= ball.radius < 0.01
    n += 1
    wanted, truth = E(GaussianLoop(n).sigma(t) ** 4), Rational(n + 1, n - 1) ** t
    exact = arb(int(truth.p)) / int(truth.q)
    with monkeypatch.context() as broken:
        broken.setattr(gammas, "chi_square_moment", lambda *args: 2 * integral(*args))
        assert recursion._moment.__wrapped__(wanted.variable, GaussianLoop(n)).form == truth
        assert not value.__wrapped__(wanted).value.overlaps(exact)


# ---- rule 10 --------------------------------------------------------------------------------------------------------
k = Symbol("k", integer=True, nonnegative=True)


@pytest.mark.parametrize(
    ("x", "argument"),
    [
        (k + 1, None),  # by the signs of its parts
        ((k + 1) ** 2 - k**2, "no negative coefficient"),
        (1 / (k + 1) - 1 / (k + 2), "no negative coefficient"),
        (2 - Rational(1, 2) ** k, "lifted to all t"),
        (1 - c4(k + 2), "telescoping"),
        (sqrt(k + 2) - sqrt(k + 1), "the function rises"),
    ],
    ids=str,
)
def test_the_cheapest_argument_comes_first(x, argument):
    """And a certificate comes before the values of a domain, even of a small one."""
    certificate = Certificate()
    assert positive(x, certificate)
    assert certificate.steps == [] if argument is None else argument in certificate.steps[0]

    @claim
    def below(n=Integers(2, 5), t=Integers(1, 3)):
        """The expected standard deviation is below the true one."""
        return Lt(E(GaussianLoop(n).sigma(t)), Integer(1))

    proof = prove(below)
    assert proof.proved
    assert not any("in balls:" in step for step in proof.steps)


def test_what_falls_to_a_negative_limit_is_not_positive():
    """Telescoping shows a trend; the sign needs the limit as well. At k = 0 these are positive."""
    for x in (1 - c4(k + 2) - Rational(1, 10), 1 - c4(k + 2) - Rational(1, 1000)):
        assert x.subs(k, 0).evalf() > 0
        assert not positive(x, Certificate())


# ---- rule 12 --------------------------------------------------------------------------------------------------------
def test_sides_that_agree_at_many_numbers_are_not_equal():
    """Equality is one of forms, not of values: these sides agree at t = 0, ..., 6 for n = 2, ..., 6."""

    def variance(error):
        @claim
        def stays(n=Integers(2), t=Integers(0)):
            """The expected variance stays, up to an error."""
            return Eq(E(GaussianLoop(n).sigma(t) ** 2), 1 + error * prod((t - i) * (n - i) for i in range(7)))

        return stays

    assert prove(variance(0)).proved
    assert not prove(variance(1)).proved


# ---- rule 13 --------------------------------------------------------------------------------------------------------
def test_a_lemma_is_named():
    """Proved, given it; and what needs none names none."""
    (ville,), (decay,) = catalogue("gaussian-ville-doob"), catalogue("gaussian-sigma-mean-c4")
    assert prove(ville).method == "derivation, given Ville"
    assert prove(decay).method == "derivation"


# ---- rule 21 --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("x", "tilt"),
    [
        (GaussianLoop(10).sigma(2), "1"),  # good enough as it is
        (GaussianLoop(10).sigma(100), "10/9"),
        (GaussianLoop(10).sigma(100) ** 2, "11/9"),
        (GaussianLoop(10).mu(100) ** 2, "10/9"),  # a path sum of sigma^2: half of it
        (log(GaussianLoop(10).sigma(100)), "1"),
    ],
    ids=str,
)
def test_the_tilt_is_that_of_the_power(x, tilt):
    """c = 1 + p/nu, half of that order for path sums, none for logarithms or where the plain estimator is good."""
    (s,) = estimand(E(x)).statistics
    drift = getattr(s.values, "drift", 0.0)  # of one that is read off paths that are not tilted
    assert s.simulation.draw.keywords["tilt"] * math.exp(drift) == pytest.approx(float(Rational(tilt)), rel=1e-12)
