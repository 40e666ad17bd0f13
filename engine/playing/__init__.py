"""The performer: events in; notes, requests and states out, each when it is due."""
