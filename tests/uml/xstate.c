/* Preloaded into linux.uml. It keeps 2696 octets of a process's extended processor state, and
 * a host whose processor has more of it (AMX) refuses a write of less than the whole: every
 * init then dies with SIGSEGV. This completes such a write with what the process has already. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

long ptrace(enum __ptrace_request request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    pid_t pid = va_arg(arguments, pid_t);
    void *address = va_arg(arguments, void *);
    void *data = va_arg(arguments, void *);
    va_end(arguments);

    if (request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE) {
        static char octets[1 << 16];
        const struct iovec *part = data;
        struct iovec whole = {octets, sizeof octets};
        if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, address, &whole) == 0
            && part->iov_len < whole.iov_len) {
            memcpy(octets, part->iov_base, part->iov_len);
            return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, address, &whole);
        }
    }
    if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
        long word; /* the system call stores what the function returns */
        if (syscall(SYS_ptrace, request, pid, address, &word) < 0)
            return -1;
        errno = 0;
        return word;
    }
    return syscall(SYS_ptrace, request, pid, address, data);
}
