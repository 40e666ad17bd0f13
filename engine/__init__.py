"""The core of the drummer: pure. Time comes in as an argument, what to do comes out."""
