#include "CMediaSockets.h"
int cms_placeholder(void) { return 0; }
