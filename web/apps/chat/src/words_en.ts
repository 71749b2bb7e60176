export const en = {
  title: 'Chat', signIn: 'Sign in', register: 'Create account', asGuest: 'Continue as guest', login: 'Login', password: 'Password', name: 'Name',
  welcome: 'Welcome back', welcomeNew: 'Create your account', welcomeGuest: 'Just a name, and you are in', toRegister: 'New here? Create an account',
  toLogin: 'Have an account? Sign in', toGuest: 'Or look around as a guest', wrongLogin: 'The login or the password is wrong.',
  taken: 'This login is taken.', closed: 'This is switched off on this server.', tooFast: 'Too many tries. Wait a moment.', noServer: 'The server cannot be reached.',
  badFields: 'Please check what you wrote: {why}', ended: 'Your session has ended. Please sign in again.', chats: 'Chats', newChat: 'New chat', newGroup: 'New group',
  search: 'Search messages', noChats: 'No conversations yet', noChatsHint: 'Start one with the + button.', pick: 'Choose a conversation', pickHint: 'Your messages appear here.',
  write: 'Write a message', send: 'Send', emoji: 'Emoji', today: 'Today', yesterday: 'Yesterday', edited: 'edited', recalled: 'Message recalled', you: 'You',
  typingOne: '{who} is typing…', typingMany: '{n} people are typing…', reply: 'Reply', react: 'React', edit: 'Edit', recall: 'Recall', pin: 'Pin', unpin: 'Unpin',
  copy: 'Copy text', cancel: 'Cancel', save: 'Save', retry: 'Retry', discard: 'Discard', queued: 'Waiting to be sent', sent: 'Sent', read: 'Read', failed: 'Not sent',
  connecting: 'Connecting…', retryIn: 'No connection. Next try in {n} s', retryNow: 'Try now', elsewhere: 'This chat is open in another window.', useHere: 'Use here',
  settings: 'Settings', theme: 'Theme', light: 'Light', dark: 'Dark', system: 'As the system', language: 'Language', signOut: 'Sign out', back: 'Back', close: 'Close',
  userNumber: 'Their number, as in their settings', members: 'Members', memberNumbers: 'Members: numbers with commas', groupName: 'Group name', create: 'Create', open: 'Open', notFound: 'Nobody was found.',
  loadOlder: 'Load older messages', loadFailed: 'Older messages could not be loaded.', beginning: 'This is the beginning.', noResults: 'Nothing was found.', results: 'Found messages',
  mute: 'Mute', unmute: 'Unmute', pinChat: 'Pin to top', unpinChat: 'Unpin', hide: 'Hide conversation', more: 'More', unreadN: '{n} unread', newMessages: 'New messages',
  scrollDown: 'To the newest message', loading: 'Loading…', refused: 'That was not possible: {why}', group: 'Group', deleted: 'deleted', tooLate: 'It is too late for that.',
  callMsg: 'Call', callAnswered: 'Call, {time}', callMissed: 'Missed call', callNoAnswer: 'No answer', callRejected: 'Call declined', callBusy: 'Busy', callFailed: 'Call failed', notify: 'Notifications', turnOn: 'Turn on', on: 'On', blocked: 'Blocked by the browser', uid: 'Your number: {n}', pickUser: 'Whom do you want to write to?',
};
export type Words = { readonly [Key in keyof typeof en]: string };
