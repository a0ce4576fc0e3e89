"""Tests on arrays. No pandas here."""
