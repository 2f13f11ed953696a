//! Transcendental functions as kernel instructions.
