import { Outlet } from '@tanstack/react-router';
import { ProofGate } from '../components/ProofGate';
import { OfflineBanner } from './OfflineBanner';

export function Root() {
  return (
    <>
      <OfflineBanner />
      <Outlet />
      <ProofGate />
    </>
  );
}
