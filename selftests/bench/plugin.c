// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU's TCG that counts what an instruction count does not show:
 * locked instructions, flags saved and restored, interrupts off and on, 16-byte
 * exchanges, and calls of given functions, between the marks that the bench
 * executes (MYSLAB_BENCH_MARK_* in include/uapi/myslab.h).
 *
 *   gcc -shared -fPIC -O2 -o plugin.so plugin.c
 *   qemu-system-x86_64 -plugin plugin.so,out=FILE,call=0xADDRESS,call=...
 *
 * One line of FILE for each REPORT: its number, then the counts since the RESET
 * before it: locked cli sti popf cx16 called. An interrupt inside a timed part
 * counts as well. With one CPU the kernel takes its lock prefixes out, so locked is
 * then only what cannot do without. It wants CPUs that run in turn
 * (-accel tcg,thread=single), which -icount implies.
 *
 * With profile=FILE it writes there, for each REPORT, a line "report N" and then for
 * each block that ran in timed parts its address, its instructions, and how often.
 *
 * The few calls of the plugin interface that are used, version 1, declared here:
 * distributions ship QEMU without the header.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*translated_fn)(uint64_t id, struct qemu_plugin_tb *tb);
typedef void (*executed_fn)(unsigned int cpu, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, translated_fn fn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, executed_fn fn,
					    int flags, void *data);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, executed_fn fn, int flags,
					  void *data);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

EXPORT int qemu_plugin_version = 1;

enum kind { LOCKED, CLI, STI, POPF, CX16, CALLED, NR_KINDS };

#define MAX_CPUS	256
#define MAX_CALLS	32

#define MARK_BEGIN	0x6d790001
#define MARK_END	0x6d790002
#define MARK_RESET	0x6d790003
#define MARK_REPORT	0x6d790004

static FILE *out;
static bool timed[MAX_CPUS];		/* between BEGIN and END */
static uint64_t counts[NR_KINDS];
static uint64_t reports;
static uint64_t calls[MAX_CALLS];	/* addresses */
static unsigned int nr_calls;

/* A translated block; blocks are never freed, as QEMU may run them at any time. */
struct block {
	struct block *next;
	uint64_t at, instructions, runs;
};

static FILE *profile;
static struct block *blocks;

static void ran(unsigned int cpu, void *data)
{
	struct block *b = data;

	b->runs += timed[cpu % MAX_CPUS];
}

static void profile_report(void)
{
	struct block *b;

	fprintf(profile, "report %llu\n", (unsigned long long)reports);
	for (b = blocks; b; b = b->next) {
		if (b->runs)
			fprintf(profile, "%llx %llu %llu\n", (unsigned long long)b->at,
				(unsigned long long)b->instructions,
				(unsigned long long)b->runs);
		b->runs = 0;
	}
}

static void profile_reset(void)
{
	struct block *b;

	for (b = blocks; b; b = b->next)
		b->runs = 0;
}

static void profile_block(struct qemu_plugin_tb *tb, size_t instructions)
{
	struct block *b = calloc(1, sizeof(*b));

	if (!b)
		return;
	b->at = qemu_plugin_tb_vaddr(tb);
	b->instructions = instructions;
	b->next = blocks;
	blocks = b;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, ran, 0, b);
}

static void count(unsigned int cpu, void *data)
{
	if (timed[cpu % MAX_CPUS])
		counts[(uintptr_t)data]++;
}

static void mark(unsigned int cpu, void *data)
{
	unsigned int i;

	switch ((uintptr_t)data) {
	case MARK_BEGIN:
		timed[cpu % MAX_CPUS] = true;
		break;
	case MARK_END:
		timed[cpu % MAX_CPUS] = false;
		break;
	case MARK_RESET:
		memset(counts, 0, sizeof(counts));
		profile_reset();
		break;
	case MARK_REPORT:
		fprintf(out, "%llu", (unsigned long long)++reports);
		for (i = 0; i < NR_KINDS; i++)
			fprintf(out, " %llu", (unsigned long long)counts[i]);
		fputc('\n', out);
		fflush(out);
		if (profile)
			profile_report();
		break;
	}
}

static bool is_prefix(uint8_t byte)
{
	return byte == 0x66 || byte == 0x67 || byte == 0xf0 || byte == 0xf2 || byte == 0xf3 ||
	       byte == 0x26 || byte == 0x2e || byte == 0x36 || byte == 0x3e || byte == 0x64 ||
	       byte == 0x65 || (byte & 0xf0) == 0x40;
}

/* NR_KINDS: none that is counted. A locked CMPXCHG16B is counted as locked. */
static enum kind kind_of(const uint8_t *code, size_t size)
{
	bool lock = false;
	size_t i;

	for (i = 0; i < size && is_prefix(code[i]); i++)
		lock |= code[i] == 0xf0;
	if (lock)
		return LOCKED;
	if (i == size)
		return NR_KINDS;
	switch (code[i]) {
	case 0xfa:
		return CLI;
	case 0xfb:
		return STI;
	case 0x9d:
		return POPF;
	case 0x86:
	case 0x87:	/* an exchange with memory locks without being told to */
		return i + 1 < size && code[i + 1] < 0xc0 ? LOCKED : NR_KINDS;
	case 0x0f:
		return i + 2 < size && code[i + 1] == 0xc7 && (code[i + 2] & 0x38) == 0x08 ?
			CX16 : NR_KINDS;
	default:
		return NR_KINDS;
	}
}

static void look(struct qemu_plugin_insn *insn)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);
	uint64_t at = qemu_plugin_insn_vaddr(insn);
	enum kind kind = kind_of(code, size);
	uint32_t number;
	unsigned int i;

	if (kind != NR_KINDS)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, count, 0, (void *)(uintptr_t)kind);
	for (i = 0; i < nr_calls; i++)
		if (at == calls[i])
			qemu_plugin_register_vcpu_insn_exec_cb(insn, count, 0,
							       (void *)(uintptr_t)CALLED);
	if (size != 7 || code[0] != 0x0f || code[1] != 0x1f || code[2] != 0x80)
		return;
	memcpy(&number, code + 3, sizeof(number));
	qemu_plugin_register_vcpu_insn_exec_cb(insn, mark, 0, (void *)(uintptr_t)number);
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (i = 0; i < n; i++)
		look(qemu_plugin_tb_get_insn(tb, i));
	if (profile)
		profile_block(tb, n);
}

EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else if (!strncmp(argv[i], "profile=", 8))
			profile = fopen(argv[i] + 8, "w");
		else if (!strncmp(argv[i], "call=", 5) && nr_calls < MAX_CALLS)
			calls[nr_calls++] = strtoull(argv[i] + 5, NULL, 0);
		else
			return -1;
	}
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
