#pragma once
#include <stdint.h>
int cms_placeholder(void);
