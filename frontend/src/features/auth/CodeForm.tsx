import { $api } from '../../api/client';
import { hasCode, hasStatus } from '../../api/problem';
import type { Me } from '../../api/session';
import { CodeStep } from '../../components/CodeStep';
import type { Method } from './methods';
import { OtherWays } from './OtherWays';

type Props = {
  challenge: string;
  methods: Method[];
  onSignedIn: (user: Me) => void;
  onLostPhone: () => void;
  onBack: (error?: unknown) => void;
};

/** The second factor: the authenticator app's code, or one of the other ways in. */
export function CodeForm({ challenge, methods, onSignedIn, onLostPhone, onBack }: Props) {
  const verify = $api.useMutation('post', '/api/v1/auth/mfa', {
    onSuccess: (answer) => onSignedIn(answer.user),
    onError: (error: unknown) => {
      // A challenge that is used up or too old can only be replaced by signing in again.
      if (hasStatus(error, 401) && !hasCode(error, 'invalid_code')) onBack(error);
    },
  });
  return (
    <CodeStep
      request={{ ...verify, mutate: (code) => verify.mutate({ body: { challenge, code } }) }}
    >
      <OtherWays
        challenge={challenge}
        methods={methods}
        onSignedIn={onSignedIn}
        onLostPhone={onLostPhone}
        onBack={onBack}
      />
    </CodeStep>
  );
}
