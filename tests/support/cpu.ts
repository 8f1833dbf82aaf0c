/**
 * The CPU time that this process has used since a call of `process.cpuUsage()`, in milliseconds. Bounds of cost are bounds of this:
 * on a busy machine the time that passes says nothing.
 */
export function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
