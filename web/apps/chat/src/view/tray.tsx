import { t } from '../i18n.ts';
import type { Picked } from '../model/picked.ts';
import { Icon } from './icons.tsx';
import { bytesWords } from './media_words.ts';
import { IconButton } from './parts.tsx';

/** What was chosen, before it is sent. */
export function Tray({ files, onRemove }: { files: readonly Picked[]; onRemove: (one: Picked) => void }) {
  return (
    <ul class="tray" aria-label={t('toSend')}>
      {files.map((one) => (
        <li key={one.id}>
          {one.preview ? <img src={one.preview} alt="" /> : <Icon name="file" size={28} />}
          <span class="document-name">{one.file.name}</span>
          <span class="muted">{bytesWords(one.file.size)}</span>
          <IconButton icon="close" label={t('remove', { what: one.file.name })} onClick={() => onRemove(one)} />
        </li>
      ))}
    </ul>
  );
}
