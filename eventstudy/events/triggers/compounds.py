"""Nouns that stand beside "trade", "sanctions" and "pound": they tell whether those are nouns or verbs."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.verb_groups import word_set

__all__ = ["GUNS", "OF_TRADE", "SANCTIONED"]

OF_TRADE: Final = word_set(
    "chief chiefs talks talk war wars deal deals group groups tension tensions deficit deficits surplus dispute "
    "disputes row rows spat truce pact pacts barrier barriers minister ministers envoy envoys representative adviser "
    "policy policies union unions body negotiator negotiators negotiations official officials agreement agreements "
    "relations ties partner partners partnership friction frictions data flows fight fears hopes worries concerns "
    "woes optimism standoff feud rules regulators secretary commissioner delegation team court"
)
"""What "trade" only describes: "trade chiefs", "trade talks"."""

SANCTIONED: Final = word_set(
    "firm firms company companies bank banks official officials minister ministers tanker tankers banker bankers "
    "judges generals entities individuals vessels ships oligarchs executives lawmakers commanders hackers founder "
    "co-founder traders trader"
)
"""Whom sanctions hit: "sanctions three banks" acts, "sidesteps sanctions" does not."""

GUNS: Final = word_set(
    "jets warplanes planes bombers fighters guns forces troops soldiers rebels militants tanks artillery ships "
    "warships gunships helicopters drones rockets shells missiles mortars howitzers strikes airstrikes"
)
"""What can pound: "jets pound hills", "the dollar pounds the yen" hardly."""
