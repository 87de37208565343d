"""A desk under load: very many open cases with a past the engine made, to see how it stands with them."""
