import { matchingSignals, signalKind } from './signal-kind.ts';

test('labels of common recordings are told apart', () => {
  const of = (labels: string[]) => labels.map(signalKind);
  expect(of(['EEG Fpz-Cz', 'Fp1', 'C3-A2', 'Cz', 'EEG F3-Ref', 'T7', 'Fc5.'])).toEqual(Array(7).fill('eeg'));
  expect(of(['EOG horizontal', 'E1-M2', 'LOC', 'ROC'])).toEqual(Array(4).fill('eog'));
  expect(of(['EMG submental', 'Chin1-Chin2', 'Leg/L'])).toEqual(Array(3).fill('emg'));
  expect(of(['ECG', 'EKG', 'Pulse', 'HR'])).toEqual(Array(4).fill('ecg'));
  expect(of(['Resp oro-nasal', 'SpO2', 'Airflow', 'Thorax', 'ABDO'])).toEqual(Array(5).fill('respiration'));
  expect(of(['Temp rectal', 'Position', 'Event marker', 'squarewave'])).toEqual(Array(4).fill('other'));
});

test('a comma list keeps the signals that match any part of it', () => {
  const signals = ['EEG Fpz-Cz', 'EOG', 'SpO2'].map((label, index) => ({ index, label }));
  expect([...matchingSignals(signals, 'fpz, spo')]).toEqual([0, 2]);
  expect([...matchingSignals(signals, 'respiration')]).toEqual([2]);
  expect(matchingSignals(signals, ' , ').size).toBe(3);
});
