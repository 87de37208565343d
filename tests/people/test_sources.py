"""Where a request comes from: what a visitor writes into a header counts for nothing."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from troth.people.sources import source_of
from troth.site.places import networks

OURS = ("10.0.0.1", "192.168.0.0/16", "::1")


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "source"),
    [
        ((), "9.9.9.9", None, "9.9.9.9"),
        ((), "9.9.9.9", "1.1.1.1", "9.9.9.9"),
        (OURS, "9.9.9.9", "1.1.1.1", "9.9.9.9"),
        (OURS, "10.0.0.1", "1.1.1.1", "1.1.1.1"),
        (OURS, "10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (OURS, "10.0.0.1", "6.6.6.6, 1.1.1.1, 192.168.3.4", "1.1.1.1"),
        (OURS, "10.0.0.1", "10.0.0.1, 10.0.0.1", "10.0.0.1"),
        (OURS, "10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
        (OURS, "10.0.0.1", "", "10.0.0.1"),
        (OURS, "10.0.0.1", "1.1.1.1:4711", "1.1.1.1"),
        (OURS, "::1", "[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        (OURS, "2001:db8:1:2:ffff::9", None, "2001:db8:1:2::/64"),
        (OURS, "::ffff:10.0.0.1", "::ffff:1.1.1.1", "1.1.1.1"),
        (OURS, "", "1.1.1.1", ""),
        (("unix",), "", "1.1.1.1", "1.1.1.1"),
        (("unix",), "", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
    ],
)
def test_a_source_is_what_the_last_trusted_server_saw(settings, proxies, remote, forwarded, source):
    """From the end of the header, as far as trusted servers wrote it; IPv6 by network, IPv4 in IPv6 as IPv4."""
    settings.TROTH_PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert source_of(RequestFactory().get("/", REMOTE_ADDR=remote, **headers)) == source


def test_the_setting_takes_addresses_networks_and_the_local_socket():
    """Blanks and empty words aside."""
    assert networks(" 127.0.0.1, ::1 ,unix,10.0.0.0/8,,") == ("127.0.0.1", "::1", "unix", "10.0.0.0/8")
    assert networks("") == ()


@pytest.mark.parametrize("word", ["localhost", "10.0.0.0/33", "*"])
def test_a_word_that_is_no_server_stops_the_start(word):
    """Believing a server by mistake would let visitors choose whom they count as."""
    with pytest.raises(ImproperlyConfigured, match="TROTH_PROXIES"):
        networks(word)
