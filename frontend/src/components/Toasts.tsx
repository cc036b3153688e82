import { CloseButton } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import classes from './Toasts.module.css';

type Toast = { text: string; action?: { label: string; run: () => void } };
type Shown = Toast & { id: number };

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

const SHOWN_FOR = 5000;
const SHOWN_WITH_ACTION_FOR = 8000;

export function useToast() {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const intl = useIntl();
  const [shown, setShown] = useState<Shown[]>([]);
  const counter = useRef(0);

  const dismiss = useCallback((id: number) => {
    setShown((list) => list.filter((toast) => toast.id !== id));
  }, []);

  const show = useCallback(
    (toast: Toast) => {
      counter.current += 1;
      const id = counter.current;
      setShown((list) => [...list.slice(-2), { ...toast, id }]);
      setTimeout(() => dismiss(id), toast.action ? SHOWN_WITH_ACTION_FOR : SHOWN_FOR);
    },
    [dismiss],
  );

  return (
    <ToastContext value={show}>
      {children}
      <section
        className={classes.stack}
        aria-live="polite"
        aria-label={intl.formatMessage({ id: 'toasts.label' })}
      >
        {shown.map(({ id, text, action }) => (
          <div key={id} className={classes.toast}>
            <span>{text}</span>
            {action && (
              <button
                type="button"
                className={classes.action}
                onClick={() => {
                  action.run();
                  dismiss(id);
                }}
              >
                {action.label}
              </button>
            )}
            <CloseButton
              size="sm"
              variant="transparent"
              className={classes.close}
              aria-label={intl.formatMessage({ id: 'common.close' })}
              onClick={() => dismiss(id)}
            />
          </div>
        ))}
      </section>
    </ToastContext>
  );
}
