import { type Ref, useImperativeHandle } from 'react';

type Props = { ref?: Ref<HTMLElement>; button: HTMLElement };

/** Hangs a menu, whose code is fetched when it is first opened, on a button that was there before. */
export function MenuAnchor({ ref, button }: Props) {
  useImperativeHandle(ref, () => button, [button]);
  return null;
}
