import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { CallModel } from '../model/call_model.ts';
import { Dialog } from './parts.tsx';

const kinds = { mic: 'audioinput', cam: 'videoinput' } as const;

export function DevicesDialog({ model, onClose }: { model: CallModel; onClose: () => void }) {
  const [all, setAll] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    void model.calls.devices.list().then(setAll, () => undefined);
  }, [model]);
  const choice = (which: 'mic' | 'cam') => (
    <label>
      {t(which === 'mic' ? 'microphone' : 'camera')}
      <select value={model.calls.devices.chosen[which] || (model.local.value.get(which)?.getSettings().deviceId ?? '')} onChange={(event) => void model.choose({ [which]: event.currentTarget.value })}>
        {all
          .filter((device) => device.kind === kinds[which])
          .map((device, at) => (
            <option key={device.deviceId} value={device.deviceId}>{device.label || `${at + 1}`}</option>
          ))}
      </select>
    </label>
  );
  return (
    <Dialog title={t('devices')} onClose={onClose}>
      {choice('mic')}
      {choice('cam')}
    </Dialog>
  );
}
