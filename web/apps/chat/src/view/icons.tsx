const paths = {
  send: 'M3 11.5 21 3l-6 18-3.5-7.5z',
  plus: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5c1 1.3 2.1 2 3.5 2s2.5-.7 3.5-2M9 9.5v.01M15 9.5v.01',
  reply: 'M9 7 4 12l5 5M4 12h9a7 7 0 0 1 7 7',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  recall: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  more: 'M5 11.500v1M12 11.500v1M19 11.500v1',
  close: 'M6 6l12 12M18 6 6 18',
  gear: 'M4 7h9.500M18.500 7H20M4 17h1.500M10.500 17H20M16 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM8 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  down: 'M6 9l6 6 6-6',
  mute: 'M6 15V11a6 6 0 0 1 9-5M18 10v5l2 2H8M10 20h4M4 4l16 16',
  check: 'M4 13l5 5L20 7',
  checks: 'M2 13l5 5L17 7M12 17l1 1L23 7',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2',
  alert: 'M12 3 2 20h20zM12 10v4M12 17v.01',
  group: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2.5.7 4 2.500 4 5.500',
  phone: 'M5 4h4l2 5-2.500 1.500a12 12 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A15 15 0 0 1 3 6a2 2 0 0 1 2-2z',
  video: 'M3 7h12v10H3zM15 11l6-3.500v9L15 13z',
  camera: 'M4 7.500h4l1.500-2.500h5L16 7.500h4V19H4zM12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z',
  screen: 'M3 5h18v11H3zM8 20h8M12 16v4',
  mic: 'M12 14a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11a6 6 0 0 0 12 0M12 17v4',
  micOff: 'M12 14a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11a6 6 0 0 0 12 0M12 17v4M4 4l16 16',
  videoOff: 'M3 7h12v10H3zM15 11l6-3.500v9L15 13zM4 4l16 16',
  missed: 'M3 16c5-5 13-5 18 0l-2.500 3-4-1.500V15a10 10 0 0 0-5 0v2.500l-4 1.500zM7 3v6h6M7 9l5-5',
  play: 'M7 4.500v15l12-7.500z',
  pause: 'M8 5v14M16 5v14',
  clip: 'M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700L9.500 17a1.700 1.700 0 0 1-2.400-2.400L14.500 7',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  forward: 'M15 7l5 5-5 5M20 12h-9a7 7 0 0 0-7 7',
  people: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20.500c0-4.500 3.500-6.500 8-6.500s8 2 8 6.500',
  mail: 'M4 6h16v10h-6l-4 4v-4H4z',
  lobby: 'M4 20V9l8-5 8 5v11zM9.500 20v-6h5v6',
  hangup: 'M3 14c5-5 13-5 18 0l-2.500 3-4-1.500V13a10 10 0 0 0-5 0v2.500l-4 1.500z',
} as const;
export type IconName = keyof typeof paths;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
