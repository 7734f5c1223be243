/**
 * Task-level CPU and memory as ECS stores them: CPU units and MiB as whole numbers in text. ECS also takes
 * `1 vCPU`, `.5 vCPU`, `2 GB` and prints the number back. Text that is neither comes back unchanged: ECS says why.
 */
export const cpuUnits = (given: unknown): string => scaled(given, /^(\d{0,7}(?:\.\d{1,6})?)\s{0,9}vcpu$/i);
export const memoryMebibytes = (given: unknown): string =>
  scaled(given, /^(\d{0,7}(?:\.\d{1,6})?)\s{0,9}gb$/i);

function scaled(given: unknown, unit: RegExp): string {
  const text = String(given).trim();
  const amount = unit.exec(text)?.[1];
  if (!amount) return text;
  const exact = Number(amount) * 1024;
  return Number.isInteger(exact) ? String(exact) : text;
}
