// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/myslab: the file that carries a stress run. include/uapi/myslab.h says
 * how a program uses it.
 */
#include <linux/build_bug.h>
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include "stress.h"
#include "stress_run.h"

static_assert(offsetof(struct myslab_stress_params, bench) == MYSLAB_STRESS_PARAMS_VER0);
static_assert(sizeof(struct myslab_stress_params) == MYSLAB_STRESS_PARAMS_VER1);
static_assert(offsetof(struct myslab_stress_result, costs) == MYSLAB_STRESS_RESULT_VER0);
static_assert(sizeof(struct myslab_stress_result) == MYSLAB_STRESS_RESULT_VER1);

/* One open file. The lock is not held while a run's end is awaited. */
struct stress_file {
	struct mutex lock;	/* guards run */
	struct stress_run *run;
	struct stress_news news;
};

static int stress_open(struct inode *inode, struct file *filp)
{
	struct stress_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	mutex_init(&file->lock);
	init_waitqueue_head(&file->news.wait);
	filp->private_data = file;
	return stream_open(inode, filp);
}

static int stress_close(struct inode *inode, struct file *filp)
{
	struct stress_file *file = filp->private_data;

	if (file->run) {
		stress_run_stop(file->run, MYSLAB_STRESS_BY_CLOSE);
		stress_run_reap(file->run);
		stress_run_put(file->run);
	}
	kfree(file);
	return 0;
}

/* The run stays referenced by the caller, so that a WAIT outlives a next run. */
static struct stress_run *stress_start(struct stress_file *file,
				       const struct myslab_stress_params *params)
{
	struct stress_run *run;

	if (mutex_lock_interruptible(&file->lock))
		return ERR_PTR(-EINTR);
	if (file->run && !completion_done(&file->run->done)) {
		run = ERR_PTR(-EBUSY);
		goto unlock;
	}
	/* The last run's leader still tells its news; its result stays until now. */
	if (file->run)
		stress_run_reap(file->run);
	run = stress_run_start(params, &file->news);
	if (IS_ERR(run))
		goto unlock;
	if (file->run)
		stress_run_put(file->run);
	file->run = run;
	kref_get(&run->ref);
unlock:
	mutex_unlock(&file->lock);
	return run;
}

static long stress_ioctl_run(struct stress_file *file, const void __user *arg, size_t size)
{
	struct myslab_stress_params params;
	struct stress_run *run;
	long err;

	if (size < MYSLAB_STRESS_PARAMS_VER0)
		return -EINVAL;
	err = copy_struct_from_user(&params, sizeof(params), arg, size);
	if (err)
		return err;
	run = stress_start(file, &params);
	if (IS_ERR(run))
		return PTR_ERR(run);
	if ((params.flags & MYSLAB_STRESS_WAIT) &&
	    wait_for_completion_interruptible(&run->done)) {
		stress_run_stop(run, MYSLAB_STRESS_BY_SIGNAL);
		wait_for_completion(&run->done);
		if (READ_ONCE(run->stop) == MYSLAB_STRESS_BY_SIGNAL)
			err = -EINTR;
	}
	stress_run_put(run);
	return err;
}

/* The file's run at this moment, in a buffer that the caller frees. */
static struct myslab_stress_result *stress_snapshot(struct stress_file *file)
{
	struct myslab_stress_result *res = kmalloc(sizeof(*res), GFP_KERNEL);
	int err = 0;

	if (!res)
		return ERR_PTR(-ENOMEM);
	if (mutex_lock_interruptible(&file->lock))
		err = -EINTR;
	if (!err) {
		if (file->run)
			stress_run_report(file->run, res);
		else
			err = -ENODATA;
		mutex_unlock(&file->lock);
	}
	if (!err)
		return res;
	kfree(res);
	return ERR_PTR(err);
}

static long stress_ioctl_status(struct stress_file *file, void __user *arg, size_t size)
{
	struct myslab_stress_result *res;
	size_t known = min(size, sizeof(*res));
	long err = 0;

	if (size < MYSLAB_STRESS_RESULT_VER0)
		return -EINVAL;
	res = stress_snapshot(file);
	if (IS_ERR(res))
		return PTR_ERR(res);
	if (copy_to_user(arg, res, known) || clear_user(arg + known, size - known))
		err = -EFAULT;
	kfree(res);
	return err;
}

static long stress_ioctl_stop(struct stress_file *file)
{
	long err = 0;

	if (mutex_lock_interruptible(&file->lock))
		return -EINTR;
	if (file->run)
		stress_run_stop(file->run, MYSLAB_STRESS_BY_CALL);
	else
		err = -ENODATA;
	mutex_unlock(&file->lock);
	return err;
}

/* The number without the size in it: a structure may have grown or not yet. */
#define STRESS_NR(cmd)	((cmd) & ~IOCSIZE_MASK)

static long stress_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct stress_file *file = filp->private_data;
	void __user *argp = (void __user *)arg;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (STRESS_NR(cmd)) {
	case STRESS_NR(MYSLAB_IOC_RUN):
		return stress_ioctl_run(file, argp, _IOC_SIZE(cmd));
	case STRESS_NR(MYSLAB_IOC_STATUS):
		return stress_ioctl_status(file, argp, _IOC_SIZE(cmd));
	case STRESS_NR(MYSLAB_IOC_STOP):
		return _IOC_SIZE(cmd) ? -EINVAL : stress_ioctl_stop(file);
	default:
		return -ENOTTY;
	}
}

static bool stress_unread(struct stress_file *file)
{
	return READ_ONCE(file->news.state) == MYSLAB_STRESS_ENDED ||
	       atomic_read(&file->news.count) != READ_ONCE(file->news.seen);
}

/* Has the end been read, so that a read has nothing more to say? */
static bool stress_told_all(struct stress_file *file)
{
	return READ_ONCE(file->news.state) == MYSLAB_STRESS_ENDED &&
	       atomic_read(&file->news.count) == READ_ONCE(file->news.seen);
}

static ssize_t stress_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	struct stress_file *file = filp->private_data;
	struct myslab_stress_result *res;
	ssize_t ret = min(size, sizeof(*res));
	int count;

	if (size < MYSLAB_STRESS_RESULT_VER0)
		return -EINVAL;
	if (!READ_ONCE(file->news.state))
		return -ENODATA;
	if (!stress_unread(file)) {
		if (filp->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(file->news.wait, stress_unread(file)))
			return -ERESTARTSYS;
	}
	if (stress_told_all(file))
		return 0;
	/* Before the snapshot: news that arrive meanwhile are read next time. */
	count = atomic_read(&file->news.count);
	res = stress_snapshot(file);
	if (IS_ERR(res))
		return PTR_ERR(res);
	if (copy_to_user(buf, res, ret))
		ret = -EFAULT;
	else
		WRITE_ONCE(file->news.seen, count);
	kfree(res);
	return ret;
}

static __poll_t stress_poll(struct file *filp, poll_table *wait)
{
	struct stress_file *file = filp->private_data;
	__poll_t mask = 0;

	poll_wait(filp, &file->news.wait, wait);
	if (READ_ONCE(file->news.state) && stress_unread(file))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (READ_ONCE(file->news.state) == MYSLAB_STRESS_ENDED)
		mask |= EPOLLHUP;
	return mask;
}

static const struct file_operations stress_fops = {
	.owner		= THIS_MODULE,
	.open		= stress_open,
	.release	= stress_close,
	.read		= stress_read,
	.poll		= stress_poll,
	.unlocked_ioctl	= stress_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice stress_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "myslab",
	.fops	= &stress_fops,
	.mode	= 0600,
};

/**
 * myslab_stress_init() - create /dev/myslab
 *
 * Return: 0 or a negative errno.
 */
int __init myslab_stress_init(void)
{
	return misc_register(&stress_device);
}

/**
 * myslab_stress_exit() - remove /dev/myslab
 *
 * No file is open then, so no run exists: an open file holds the module.
 */
void myslab_stress_exit(void)
{
	misc_deregister(&stress_device);
}
