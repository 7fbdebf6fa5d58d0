// Filled by the media plane.
