"""Measures the service against its limit, in one run, round by round. See docs/performance.md."""
