"""The adviser's rules, one table: when it holds, what it says, which tests it recommends or rules out, and why.

Rules are read from top to bottom. The first one that recommends decides; every one that holds is said,
and what any of them rules out is not recommended by another. `docs/validity.md` shows the rejection
rates behind them; the tests show each one at work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eventstudy.inference.measures import Measures

__all__ = ["RULES", "Rule"]

ASSUMES_INDEPENDENCE = (
    "time_series_t", "cross_sectional_t", "patell_z", "bmp_t", "skewness_adjusted_t", "sign_z", "sign_exact",
    "generalized_sign_z", "wilcoxon_signed_rank", "grank_z", "bhar_t", "bhar_skewness_adjusted_t",
)  # fmt: skip
"""Tests that count every event as a draw of its own."""

TAKES_VARIANCE_FROM_ESTIMATION = (
    "time_series_t", "patell_z", "adjusted_patell_z", "crude_dependence_t", "corrado_rank_z", "corrado_zivney_rank_z",
    "cumulative_rank_z",
)  # fmt: skip
"""Tests whose yardstick is the variance before the event."""

NEEDS_ESTIMATION = (
    *TAKES_VARIANCE_FROM_ESTIMATION, "bmp_t", "adjusted_bmp_t", "grank_t", "grank_z", "generalized_sign_z",
    "corrado_zivney_sign_z", "sq_test", "sq_test_ewma", "conformal",
)  # fmt: skip
"""Tests that standardise by, or rank among, what was before the event."""

NEEDS_CLUSTERS = ("clustered_t", "clustered_two_way_t", "ibragimov_muller_t", "wild_bootstrap")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table.

    Attributes
    ----------
    name : str
    holds : callable
        Takes `Measures`; NaN measures make comparisons false, so an unknown never triggers a rule.
    says : str
        A sentence; ``{m.field}`` is filled in from the measures.
    recommend : tuple of str
        Tests to report, the first for choice.
    avoid : tuple of str
        Tests not to trust here.
    reference : str
    stops : bool
        No test at all is to be reported where it holds.
    """

    name: str
    holds: Callable[[Measures], bool]
    says: str
    recommend: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    reference: str = ""
    stops: bool = False


RULES: tuple[Rule, ...] = (
    # Nothing moves.
    Rule(
        "abnormal returns of zero",
        lambda m: 0 < m.n_events == m.n_unmoved,
        "every abnormal return is zero, before the events and at them, so there is nothing to test: the prices stand "
        "still (prices.quality() names such series), or each asset is measured against a copy of itself",
        stops=True,
    ),
    Rule(
        "no variance before the events",
        lambda m: m.n_unmoved < m.n_events == m.n_without_variance,
        "no event's abnormal returns vary before the event, as with prices that stand still until then: there is no "
        "yardstick, so only tests of the events' own spread or signs can be had",
        avoid=NEEDS_ESTIMATION,
    ),
    Rule(
        "no variance before some events",
        lambda m: 0 < m.n_without_variance < m.n_events,
        "{m.n_without_variance} of {m.n_events} events have abnormal returns that do not vary before the event: tests "
        "of standardised returns leave them out, averages of returns keep them",
    ),
    # One event: nothing to average over.
    Rule(
        "one event, few earlier sessions",
        lambda m: m.n_events == 1 and m.n_estimation < 60,
        "one event and {m.n_estimation:.0f} earlier sessions: too few to follow the volatility, so rank the event "
        "among them as they are; no p-value lies below 1 in {m.n_estimation:.0f}",
        recommend=("sq_test", "conformal"),
        reference="Gelbach, Helland, Klick 2013",
    ),
    Rule(
        "one event",
        lambda m: m.n_events == 1,
        "one event: no average takes the noise away, so rank it among the asset's own {m.n_estimation:.0f} earlier "
        "sessions, each judged by the volatility known before it: it moves even where so few sessions cannot prove it",
        recommend=("sq_test_ewma", "sq_test", "conformal", "placebo"),
        avoid=("sign_z", "sign_exact", "generalized_sign_z", "wilcoxon_signed_rank"),
        reference="Gelbach, Helland, Klick 2013; Chernozhukov, Wuthrich, Zhu 2021",
    ),
    Rule(
        "one event, volatility moves",
        lambda m: m.n_events == 1 and m.arch_share > 0.5,
        "the asset's volatility moves (ARCH p = {m.arch_p:.3f}): a yardstick of constant volatility rejects too often "
        "after turbulent weeks and too rarely after quiet ones",
        avoid=("time_series_t", "patell_z", "sq_test", "conformal", "corrado_rank_z", "corrado_zivney_rank_z",
               "cumulative_rank_z", "crude_dependence_t"),
        reference="Engle 1982",
    ),
    # Shared dates and overlapping windows.
    Rule(
        "one cluster",
        lambda m: m.n_events > 1 and m.n_clusters == 1,
        "all {m.n_events} events share their window: their common shock cannot be told from their effect by looking at "
        "them alone, so compare them with the same assets on other dates",
        recommend=("placebo", "adjusted_bmp_t"),
        avoid=NEEDS_CLUSTERS,
        reference="Brown, Warner 1980; Kolari, Pynnonen 2010",
    ),
    Rule(
        "few clusters",
        lambda m: m.n_events > m.n_clusters and 1 < m.n_clusters < 6,
        "{m.n_events} events in only {m.n_clusters} clusters of overlapping windows: there are {m.n_clusters} draws, "
        "not {m.n_events}",
        recommend=("placebo", "ibragimov_muller_t"),
        avoid=("clustered_t", "clustered_two_way_t", "wild_bootstrap"),
        reference="Ibragimov, Muller 2010; Cameron, Gelbach, Miller 2008",
    ),
    Rule(
        "clustered",
        lambda m: m.n_events > m.n_clusters and m.n_clusters >= 6,
        "{m.n_events} events in {m.n_clusters} clusters of overlapping windows (r_bar = {m.r_bar:.3f})",
        recommend=("ibragimov_muller_t", "wild_bootstrap", "placebo"),
        reference="Ibragimov, Muller 2010; Cameron, Gelbach, Miller 2008",
    ),
    Rule(
        "correlation between events",
        lambda m: m.n_events > 1 and m.size_if_ignored > 0.06,
        "events that share days are correlated (r_bar = {m.r_bar:.3f}): a test that counts them as independent rejects "
        "{m.size_if_ignored:.0%} at a nominal 5 %",
        avoid=ASSUMES_INDEPENDENCE,
        reference="Kolari, Pynnonen 2010; Kolari, Pape, Pynnonen 2018",
    ),
    Rule(
        "windows of different dates overlap",
        lambda m: m.n_dates > m.n_clusters,
        "windows of {m.n_dates} dates overlap (clusters: {m.n_clusters}): an average by event day does not see that "
        "one session is day 0 of one event and day 2 of another",
        avoid=("crude_dependence_t", "corrado_rank_z", "corrado_zivney_rank_z", "corrado_zivney_sign_z",
               "cumulative_rank_z", "grank_t"),
        reference="Kolari, Pape, Pynnonen 2018",
    ),
    Rule(
        "few clusters for a clustered error",
        lambda m: m.n_events > m.n_clusters and 6 <= m.n_clusters < 20,
        "a cluster-robust error from {m.n_clusters} clusters is too small where they are unequal",
        avoid=("clustered_t", "clustered_two_way_t"),
        reference="Cameron, Gelbach, Miller 2008; Ibragimov, Muller 2010",
    ),
    Rule(
        "r_bar unknown",
        lambda m: m.n_pairs_unknown > 0,
        "overlapping pairs with too few common estimation dates to be in r_bar: {m.n_pairs_unknown}",
        avoid=("adjusted_patell_z", "adjusted_bmp_t"),
        reference="Kolari, Pape, Pynnonen 2018",
    ),
    # What the event does to the variance.
    Rule(
        "event-induced variance",
        lambda m: m.n_events > 1 and m.variance_p < 0.05 and m.variance_ratio > 1.1,
        "the events' returns vary {m.variance_ratio:.1f} times as much as the estimation sample implies "
        "(p = {m.variance_p:.3f}): a test with the earlier variance as its yardstick rejects "
        "{m.size_if_variance_ignored:.0%} at a nominal 5 %",
        avoid=TAKES_VARIANCE_FROM_ESTIMATION,
        reference="Boehmer, Musumeci, Poulsen 1991",
    ),
    # Shape of the returns.
    Rule(
        "skewed returns, few events",
        lambda m: 1 < m.n_events < 100 and m.n_events == m.n_clusters and abs(m.skewness) > 1.0,
        "residuals are skewed ({m.skewness:.1f}): half of them are not positive, and the t of {m.n_events} events "
        "rejects on one side only; signs are counted against their share in the estimation sample",
        recommend=("generalized_sign_z", "corrado_zivney_sign_z", "placebo"),
        avoid=("sign_z", "sign_exact", "wilcoxon_signed_rank", "grank_t", "grank_z", "cross_sectional_t", "bmp_t",
               "adjusted_bmp_t", "skewness_adjusted_t", "bhar_t"),
        reference="Cowan 1992; Corrado, Zivney 1992",
    ),
    Rule(
        "ranks of few events",
        lambda m: 1 < m.n_events < 50,
        "dividing {m.n_events} standardised returns by their own spread bounds them, and their ranks reject too often",
        avoid=("grank_t", "grank_z"),
        reference="Kolari, Pynnonen 2011",
    ),
    Rule(
        "transformed t of few events",
        lambda m: 1 < m.n_events < 50,
        "Hall's transformation has the normal's tails, not Student's: with {m.n_events} events it rejects too often",
        avoid=("skewness_adjusted_t",),
        reference="Hall 1992",
    ),
    Rule(
        "Newey-West error of few sessions",
        lambda m: m.n_events > 1 and m.n_dates * m.window_length < 250,
        "a Newey-West error is too small where few sessions go into it: here at most {m.n_dates} x {m.window_length} "
        "do (dates of events by sessions of a window)",
        avoid=("calendar_time_nw_t",),
        reference="Newey, West 1987; Andrews 1991",
    ),
    # Independent events.
    Rule(
        "two to four independent events",
        lambda m: 1 < m.n_events < 5 and m.n_events == m.n_clusters,
        "{m.n_events} separate events: a cross-sectional error from so few has hardly any power",
        recommend=("placebo", "bmp_t"),
        avoid=("wild_bootstrap", "sign_z", "generalized_sign_z"),
        reference="Brown, Warner 1980; Boehmer, Musumeci, Poulsen 1991",
    ),
    Rule(
        "independent events, fat tails",
        lambda m: m.n_events >= 6 and m.n_events == m.n_clusters and m.excess_kurtosis > 2.0,
        "{m.n_events} separate events with fat tails (excess kurtosis {m.excess_kurtosis:.1f}): signed ranks are exact "
        "for symmetric returns, whatever their variance on the event day, and lose little to outliers",
        recommend=("wilcoxon_signed_rank", "bmp_t"),
        reference="Wilcoxon 1945; Boehmer, Musumeci, Poulsen 1991",
    ),
    Rule(
        "independent events",
        lambda m: m.n_events >= 5 and m.n_events == m.n_clusters,
        "{m.n_events} separate events: standardised returns over their own cross-sectional spread",
        recommend=("bmp_t", "wilcoxon_signed_rank"),
        reference="Boehmer, Musumeci, Poulsen 1991",
    ),
    # Data.
    Rule(
        "thin trading",
        lambda m: m.missing_estimation > 0.1,
        "{m.missing_estimation:.0%} of the estimation days have no return: a day's average over fewer events is "
        "noisier, and the yardstick with it",
        avoid=("corrado_rank_z", "cumulative_rank_z"),
        reference="Corrado, Zivney 1992; Maynes, Rumsey 1993",
    ),
    Rule(
        "events without a return in the window",
        lambda m: m.size_if_spread_of_all > 0.055,
        "events without a return in this window that have others near it: {m.n_without_return}; an average over events "
        "takes its spread from all of them and rejects {m.size_if_spread_of_all:.0%} at a nominal 5 %",
        avoid=("crude_dependence_t", "corrado_rank_z", "cumulative_rank_z"),
        reference="Corrado, Zivney 1992",
    ),
    Rule(
        "estimation windows hold other events",
        lambda m: m.contamination > 0.05,
        "{m.contamination:.0%} of the estimation days lie in another event's window of the same asset: "
        "exclude_other_events=True keeps them out",
        reference="Aktas, de Bodt, Cousin 2007",
    ),
    Rule(
        "the benchmark reacted",
        lambda m: m.benchmark_p < 0.05,
        "the benchmark itself moved by {m.benchmark_car:+.2%} over the events' windows (p = {m.benchmark_p:.3f}): "
        "abnormal returns are net of that reaction; compare with a benchmark the news does not touch",
        reference="MacKinlay 1997",
    ),
    Rule(
        "drift before the events",
        lambda m: m.drift_p < 0.05,
        "abnormal returns drift before the window (mean standardised {m.drift:+.2f}, p = {m.drift_p:.3f}): the news "
        "may have been expected, or chosen after a move",
        reference="MacKinlay 1997",
    ),
    Rule(
        "prices straddle the news",
        lambda m: m.n_straddling > 0,
        "for {m.n_straddling} of {m.n_events} events the news broke while day 0's own price was being struck: part of "
        "the reaction may lie in the next session, and a window that ends there holds all of it",
        reference="",
    ),
    Rule(
        "events chosen on the outcome",
        lambda m: m.n_selected > 0,
        "{m.n_selected} of {m.n_events} events come from an article that reports the move itself: they were news "
        "because the market moved, and no test corrects for that; look at the result without them",
        reference="",
    ),
)  # fmt: skip
