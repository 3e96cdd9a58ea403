#define _GNU_SOURCE
#include "CLinuxMachine.h"

#include <pthread.h>
#include <sys/reboot.h>
#include <unistd.h>

int clinux_reset_machine(void) {
    return reboot(RB_AUTOBOOT);
}

int clinux_set_default_stack(size_t bytes) {
    pthread_attr_t attributes;
    int failure = pthread_attr_init(&attributes);
    if (failure != 0)
        return failure;
    failure = pthread_attr_setstacksize(&attributes, bytes);
    if (failure == 0)
        failure = pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
    return failure;
}
