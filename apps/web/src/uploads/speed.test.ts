import { SpeedMeter } from './speed.ts';

test('speed is the mean of the last ten seconds', () => {
  const meter = new SpeedMeter();
  meter.add(0, 0);
  expect(meter.bytesPerSecond).toBeNull();
  for (let second = 1; second <= 30; second++)
    meter.add(second <= 20 ? second * 100 : 2000 + (second - 20) * 500, second * 1000);
  expect(meter.bytesPerSecond).toBeCloseTo(500, -2);
});

test('a part that is repeated starts the measurement again', () => {
  const meter = new SpeedMeter();
  meter.add(0, 0);
  meter.add(5000, 2000);
  meter.add(1000, 3000);
  expect(meter.bytesPerSecond).toBeNull();
});
