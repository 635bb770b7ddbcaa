const DAY = 86_400;

/** Load of a week: 1 on a weekday at the peak (15:00), about 0.25 at 04:00, a little over half of that on weekends. */
export function rhythmAt(seconds: number, utcOffsetHours: number): number {
  const local = seconds + utcOffsetHours * 3600;
  const hour = (local % DAY) / 3600;
  const daily = 0.62 + 0.38 * Math.cos(((hour - 15) / 24) * 2 * Math.PI);
  const weekday = new Date(local * 1000).getUTCDay();
  return weekday === 0 ? daily * 0.5 : weekday === 6 ? daily * 0.58 : daily;
}

/** True in the hour of the nightly backups, 02:00 to 03:00 local time. */
export function isBackupHour(seconds: number, utcOffsetHours: number): boolean {
  const hour = ((seconds + utcOffsetHours * 3600) % DAY) / 3600;
  return hour >= 2 && hour < 3;
}
