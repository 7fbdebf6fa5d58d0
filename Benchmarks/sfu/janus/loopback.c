/* Janus 1.1.2 leaves out interfaces with IFF_LOOPBACK when it gathers candidates, so that it cannot be tried on
 * 127.0.0.1. This library, by LD_PRELOAD, clears the flag in what getifaddrs() reports, and changes nothing else.
 *
 *     cc -O2 -shared -fPIC -o loopback.so loopback.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ifaddrs.h>
#include <net/if.h>

int getifaddrs(struct ifaddrs **list) {
    static int (*real)(struct ifaddrs **);
    if (!real)
        real = (int (*)(struct ifaddrs **))dlsym(RTLD_NEXT, "getifaddrs");
    int result = real(list);
    if (result != 0)
        return result;
    for (struct ifaddrs *i = *list; i; i = i->ifa_next)
        i->ifa_flags &= ~(unsigned)IFF_LOOPBACK;
    return 0;
}
